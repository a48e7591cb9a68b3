#include "promptdepth/scene/palette.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

TEST(Palette, GivesMaterialsThatReflectNoMoreThanTheyGet) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    World world;
    Random random(seed);
    Palette palette(world, random);
    for (int i = 0; i < 40; ++i) palette.anything();
    palette.wall();
    palette.floor();
    palette.ceiling();
    palette.glass();
    palette.asphalt();
    palette.grass();
    for (const Material& m : world.materials()) {
      for (const Vec3 c : {m.first, m.second, m.third}) {
        EXPECT_TRUE(std::min({c.x, c.y, c.z}) >= 0) << seed;
        EXPECT_TRUE(std::max({c.x, c.y, c.z}) <= 1.9F) << seed;
      }
      EXPECT_TRUE(m.mirror >= 0 && m.mirror < 1);
      EXPECT_GT(m.scale, 0);
      EXPECT_EQ(m.emission, 0);
    }
  }
}

TEST(Palette, UsesEveryPatternInSomeScene) {
  std::set<Pattern> seen;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    World world;
    Random random(seed);
    Palette palette(world, random);
    for (int i = 0; i < 40; ++i) palette.anything();
    for (const Material& m : world.materials()) seen.insert(m.pattern);
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kPatternCount));
}

TEST(Palette, RepeatsItselfWithItsSeed) {
  const auto first_wall = [](std::uint64_t seed) {
    World world;
    Random random(seed);
    Palette palette(world, random);
    return world.materials()[palette.wall()].first;
  };
  EXPECT_EQ(first_wall(5).x, first_wall(5).x);
  EXPECT_NE(first_wall(5).x, first_wall(6).x);
}

TEST(Palette, GlowsWhenAsked) {
  World world;
  Random random(1);
  Palette palette(world, random);
  EXPECT_EQ(world.materials()[palette.glowing({1, 1, 1}, 3)].emission, 3);
  const Material& view = world.materials()[palette.view(2, 4)];
  EXPECT_EQ(view.emission, 4);
  EXPECT_FLOAT_EQ(view.scale, 0.5F);
}

}  // namespace
}  // namespace promptdepth::scene
