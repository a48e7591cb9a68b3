#include "promptdepth/scene/camera_placement.h"

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

TEST(CameraPlacement, StandsInTheRoomAndNotInThings) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    Stage stage;
    build_room(random, stage);
    const RayCaster caster(stage.world);
    const Camera camera = place_in_room(stage, caster, make_camera(64, 48, 1), random);
    const Vec3 at = camera.world_from_camera.origin;
    EXPECT_TRUE(at.x >= stage.low.x && at.x <= stage.high.x) << seed;
    EXPECT_TRUE(at.y >= stage.low.y && at.y <= stage.high.y) << seed;
    EXPECT_TRUE(at.z > 0.2F && at.z <= stage.high.z) << seed;
    EXPECT_GE(clearance_m(caster, at), 0.2F) << seed;
  }
}

TEST(CameraPlacement, StandsOnTheStreetAtEyeHeight) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    Random random(seed);
    Stage stage;
    build_street(random, stage);
    const RayCaster caster(stage.world);
    const Camera camera = place_in_street(stage, caster, make_camera(64, 48, 1), random);
    const Vec3 at = camera.world_from_camera.origin;
    EXPECT_TRUE(at.z >= 1 && at.z <= 2.2F) << seed;
    EXPECT_TRUE(at.y >= stage.low.y && at.y <= stage.high.y) << seed;
  }
}

TEST(CameraPlacement, FallsBackToTheMiddleOfASolidRoom) {
  Stage stage;
  Random random(1);
  const MaterialId material = stage.world.add_material({});
  // Boxes so dense that nowhere is 0.2 m free.
  for (float x = 0; x < 2; x += 0.1F) {
    add_box(stage.world, {}, {x, -5, -5}, {x + 0.01F, 5, 5}, material);
  }
  stage.low = {0.25F, 0.25F, 0.5F};
  stage.high = {1.75F, 1.75F, 1.5F};
  const RayCaster caster(stage.world);
  const Camera camera = place_in_room(stage, caster, make_camera(64, 48, 1), random);
  EXPECT_NEAR(camera.world_from_camera.origin.x, 1, 1e-5F);
  EXPECT_NEAR(camera.world_from_camera.origin.z, 1, 1e-5F);
}

}  // namespace
}  // namespace promptdepth::scene
