#include "promptdepth/scene/outdoor.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "promptdepth/scene/ray_caster.h"

namespace promptdepth::scene {
namespace {

World build(std::uint64_t seed, const std::function<void(Kit&)>& builder) {
  World world;
  Random random(seed);
  Kit kit(world, random);
  builder(kit);
  return world;
}

float top_of(const World& world) {
  float top = -1e9F;
  for (const Quad& quad : world.quads()) {
    for (const Vec3 c : quad.corners) {
      EXPECT_TRUE(std::isfinite(c.x + c.y + c.z));
      top = std::max(top, c.z);
    }
  }
  return top;
}

TEST(Outdoor, HousesStandBetweenTheStreetAndTheSky) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const World world = build(seed, [](Kit& kit) { build_house(kit, {}, 10, 8, 7); });
    EXPECT_GE(top_of(world), 8) << seed;
    EXPECT_LT(top_of(world), 14) << seed;
    // The front has no hole: recessed panes close it.
    const RayCaster caster(world);
    Random random(seed);
    for (int i = 0; i < 200; ++i) {
      const Hit hit = caster.intersect(
          {{random.uniform(0.1F, 9.9F), 5, random.uniform(0.1F, 7.9F)}, {0, -1, 0}});
      ASSERT_TRUE(hit.found()) << seed;
      EXPECT_LT(hit.distance, 5.5F) << seed;
    }
  }
}

TEST(Outdoor, VehiclesHaveTheSizesOfVehicles) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const World world = build(seed, [](Kit& kit) { build_vehicle(kit, {}); });
    EXPECT_GT(top_of(world), 1.2F) << seed;
    EXPECT_LT(top_of(world), 3.4F) << seed;
    const RayCaster caster(world);
    EXPECT_TRUE(caster.intersect({{0, 5, 0.7F}, {0, -1, 0}}).found()) << seed;
    EXPECT_FALSE(caster.intersect({{4.2F, 5, 0.7F}, {0, -1, 0}}).found()) << seed;
  }
}

TEST(Outdoor, TreesGrowToAboutTheirHeight) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const float top = top_of(build(seed, [](Kit& kit) { build_tree(kit, {}, 8); }));
    EXPECT_GT(top, 2) << seed;
    EXPECT_LT(top, 14) << seed;
  }
}

TEST(Outdoor, FencesRunAlongTheirWholeLength) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const World world = build(seed, [](Kit& kit) { build_fence(kit, {}, 10); });
    float right = 0;
    for (const Quad& quad : world.quads()) {
      for (const Vec3 c : quad.corners) right = std::max(right, c.x);
    }
    EXPECT_GT(right, 9.5F) << seed;
    EXPECT_LT(right, 10.3F) << seed;
    EXPECT_LT(top_of(world), 2.3F) << seed;
  }
}

TEST(Outdoor, StreetFurnitureIsUpright) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_GT(top_of(build(seed, [](Kit& kit) { build_street_lamp(kit, {}); })), 3.9F);
    EXPECT_GT(top_of(build(seed, [](Kit& kit) { build_traffic_light(kit, {}); })), 2.5F);
    EXPECT_GT(top_of(build(seed, [](Kit& kit) { build_sign(kit, {}); })), 1.9F);
    EXPECT_GT(top_of(build(seed, [](Kit& kit) { build_bin(kit, {}); })), 0.6F);
    EXPECT_GT(top_of(build(seed, [](Kit& kit) { build_bollard(kit, {}); })), 0.6F);
    EXPECT_GT(top_of(build(seed, [](Kit& kit) { build_bush(kit, {}, 1, 1); })), 0.5F);
  }
}

}  // namespace
}  // namespace promptdepth::scene
