#include "promptdepth/scene/camera_path.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/scene/camera_placement.h"
#include "promptdepth/scene/shapes.h"

namespace promptdepth::scene {
namespace {

float turn_between(const Frame& a, const Frame& b) {
  return std::acos(std::min(1.0F, dot(a.z, b.z)));
}

void expect_smooth(const std::vector<Camera>& path, float most_m_per_s) {
  for (std::size_t i = 1; i < path.size(); ++i) {
    const Frame& before = path[i - 1].world_from_camera;
    const Frame& after = path[i].world_from_camera;
    EXPECT_LT(length(after.origin - before.origin) * kFrameRate_hz, most_m_per_s) << i;
    EXPECT_LT(turn_between(before, after) * kFrameRate_hz, 3) << i;
    EXPECT_NEAR(length(after.x), 1, 1e-5F);
    EXPECT_NEAR(dot(cross(after.x, after.y), after.z), 1, 1e-5F);
  }
}

TEST(CameraPath, SwaysThroughARoomSmoothlyAndClearOfThings) {
  int moved = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Random random(seed);
    Stage stage;
    build_room(random, stage);
    const RayCaster caster(stage.world);
    const Camera start = place_in_room(stage, caster, make_camera(64, 48, 1), random);
    const auto path = hand_held_path(stage, caster, start, 60, random);
    ASSERT_EQ(path.size(), 60U);
    EXPECT_EQ(length(path[0].world_from_camera.origin - start.world_from_camera.origin), 0);
    EXPECT_GT(dot(path[1].world_from_camera.x, start.world_from_camera.x), 0.99F) << seed;
    EXPECT_GT(dot(path[1].world_from_camera.y, start.world_from_camera.y), 0.99F) << seed;
    expect_smooth(path, 4);
    const Vec3 end = path.back().world_from_camera.origin;
    if (length(end - start.world_from_camera.origin) < 0.01F) continue;
    ++moved;
    for (const Camera& camera : path) {
      EXPECT_GE(clearance_m(caster, camera.world_from_camera.origin), 0.15F) << seed;
    }
  }
  EXPECT_GE(moved, 5);
}

TEST(CameraPath, FollowsTheStreet) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Random random(seed);
    Stage stage;
    build_street(random, stage);
    const RayCaster caster(stage.world);
    const Camera start = place_in_street(stage, caster, make_camera(64, 48, 1), random);
    const auto path = street_path(stage, caster, start, 30, random);
    expect_smooth(path, 16);
    const Vec3 way = path.back().world_from_camera.origin - start.world_from_camera.origin;
    EXPECT_GE(way.x * start.world_from_camera.z.x, -0.01F) << "backwards, seed " << seed;
  }
}

TEST(CameraPath, StandsStillWhereThereIsNoWay) {
  Stage stage;
  Random random(1);
  const MaterialId material = stage.world.add_material({});
  for (float x = 0; x < 2; x += 0.1F) {
    add_box(stage.world, {}, {x, -5, -5}, {x + 0.01F, 5, 5}, material);
  }
  stage.low = {0, 0, 0};
  stage.high = {2, 2, 2};
  const RayCaster caster(stage.world);
  Camera start = make_camera(64, 48, 1);
  start.world_from_camera = camera_frame({1.05F, 1, 1}, 0.4F, 0.1F, 0);
  const auto path = hand_held_path(stage, caster, start, 40, random);
  for (const Camera& camera : path) {
    EXPECT_EQ(length(camera.world_from_camera.origin - start.world_from_camera.origin), 0);
  }
  EXPECT_GT(turn_between(path.front().world_from_camera, path.back().world_from_camera), 0.001F);
}

}  // namespace
}  // namespace promptdepth::scene
