#include "promptdepth/scene/walls.h"

#include <gtest/gtest.h>

#include "promptdepth/scene/ray_caster.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth::scene {
namespace {

TEST(Walls, OpeningsLieInTheWallAndDoNotOverlap) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    World world;
    Random random(seed);
    Kit kit(world, random);
    const Wall wall{{}, 4.5F, 2.5F};
    float last = 0;
    for (const Opening& o : plan_openings(kit, wall, 3)) {
      EXPECT_GT(o.left, last);
      EXPECT_GT(o.right, o.left);
      EXPECT_LT(o.right, wall.length);
      EXPECT_GE(o.bottom, 0);
      EXPECT_GT(o.top, o.bottom + 0.5F);
      EXPECT_LT(o.top, wall.height);
      EXPECT_GT(o.depth, 0);
      last = o.right;
    }
  }
}

TEST(Walls, HaveNoHoles) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    World world;
    Random random(seed);
    Kit kit(world, random);
    Lighting lighting;
    const Wall wall{{}, 4.5F, 2.5F};
    const MaterialId material = kit.palette.wall();
    build_wall(kit, wall, plan_openings(kit, wall, 3), material, material, lighting);
    const RayCaster caster(world);
    for (int i = 0; i < 300; ++i) {
      const Ray ray{{random.uniform(0.01F, 4.49F), 3, random.uniform(0.01F, 2.49F)}, {0, -1, 0}};
      const Hit hit = caster.intersect(ray);
      ASSERT_TRUE(hit.found()) << seed;
      EXPECT_LT(hit.distance, 10.5F) << seed;  // the far end of a passage
    }
  }
}

TEST(Walls, WindowsGiveLightByDay) {
  World world;
  Random random(1);
  Kit kit(world, random);
  Lighting day;
  const Wall wall{{}, 4, 2.5F};
  const std::vector<Opening> window{{OpeningKind::kWindow, 1, 2, 1, 2, 0.2F}};
  build_wall(kit, wall, window, kit.palette.wall(), kit.palette.paint(), day);
  ASSERT_FALSE(day.lights.empty());
  EXPECT_EQ(day.lights[0].kind, LightKind::kRectangle);
  EXPECT_NEAR(day.lights[0].position.x, 1.5F, 1e-5F);
  EXPECT_NEAR(day.lights[0].direction.y, 1, 1e-5F);  // into the room
  Lighting night;
  night.ambient_above = {0.05F, 0.05F, 0.05F};
  build_wall(kit, wall, window, kit.palette.wall(), kit.palette.paint(), night);
  EXPECT_TRUE(night.lights.empty());
}

TEST(Walls, EveryRoomHasLightAndFewLights) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    Stage stage;
    build_room(random, stage);
    EXPECT_GE(stage.lighting.lights.size(), 1U) << seed;
    EXPECT_LE(stage.lighting.lights.size(), 6U) << seed;
    EXPECT_LT(stage.low.x, stage.high.x);
    EXPECT_LT(stage.low.z, stage.high.z);
  }
}

}  // namespace
}  // namespace promptdepth::scene
