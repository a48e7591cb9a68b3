#include "promptdepth/scene/furniture.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

/// Greatest distances of the world's corners from the z axis and above z = 0, and the least height.
struct Extent {
  float reach = 0;
  float top = 0;
  float bottom = 0;
  bool finite = true;
};

Extent extent_of(const World& world) {
  Extent e;
  for (const Quad& quad : world.quads()) {
    for (const Vec3 c : quad.corners) {
      e.finite = e.finite && std::isfinite(c.x + c.y + c.z);
      e.reach = std::max(e.reach, std::hypot(c.x, c.y));
      e.top = std::max(e.top, c.z);
      e.bottom = std::min(e.bottom, c.z);
    }
    for (const Vec3 n : quad.normals) e.finite = e.finite && std::isfinite(n.x + n.y + n.z);
  }
  return e;
}

class EachFurniture : public testing::TestWithParam<std::size_t> {};

TEST_P(EachFurniture, StandsOnTheFloorAndAboutFillsItsSize) {
  const Furniture& item = room_furniture()[GetParam()];
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const Vec3 size : {item.smallest, item.largest}) {
      World world;
      Random random(seed);
      Kit kit(world, random);
      item.build(kit, {}, size);
      const Extent e = extent_of(world);
      ASSERT_TRUE(e.finite) << seed;
      ASSERT_GT(world.quads().size(), 5U);
      // What lies on it, leans or swings out may reach somewhat beyond; machines have bent pipes.
      EXPECT_LT(e.reach, std::hypot(size.x, size.y) * 0.5F + 1.1F) << seed;
      EXPECT_LT(e.top, size.z + 1.0F) << seed;
      EXPECT_GT(e.top, 0.09F * size.z) << seed;
      EXPECT_GT(e.bottom, -0.8F) << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EachFurniture,
                         testing::Range<std::size_t>(0, room_furniture().size()));

TEST(Furniture, IsDeterminedByTheSeed) {
  const auto build = [](std::uint64_t seed) {
    World world;
    Random random(seed);
    Kit kit(world, random);
    build_dining_group(kit, {}, {2, 1.8F, 0.8F});
    return world.quads().size() + world.objects().size();
  };
  EXPECT_EQ(build(8), build(8));
  EXPECT_NE(build(8), build(9));
}

TEST(Furniture, SmallThingsAreSmall) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    World world;
    Random random(seed);
    Kit kit(world, random);
    build_small_thing(kit, {}, 0.2F);
    const Extent e = extent_of(world);
    EXPECT_TRUE(e.finite);
    EXPECT_LT(e.reach, 0.35F) << seed;
    EXPECT_LT(e.top, 0.6F) << seed;
  }
}

TEST(Furniture, BooksFillTheirShelf) {
  World world;
  Random random(2);
  Kit kit(world, random);
  build_book_row(kit, {}, 0.8F, 0.25F, 0.3F);
  float left = 1;
  float right = -1;
  for (const Quad& quad : world.quads()) {
    for (const Vec3 c : quad.corners) {
      left = std::min(left, c.x);
      right = std::max(right, c.x);
    }
  }
  EXPECT_NEAR(left, -0.4F, 0.01F);
  EXPECT_GT(right, 0.3F);
  EXPECT_LT(right, 0.55F);
  EXPECT_LE(extent_of(world).top, 0.3F);
}

}  // namespace
}  // namespace promptdepth::scene
