#include "promptdepth/scene/wild.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

TEST(Wild, PutsAsManyThingsAsAskedInsideTheSpace) {
  World world;
  Random random(4);
  Kit kit(world, random);
  build_wild_things(kit, {0, 0, 0}, {4, 5, 3}, 50);
  EXPECT_EQ(world.objects().size(), 50U);
  for (const Object& object : world.objects()) {
    const Vec3 at = object.frame.origin;
    // A rod's frame lies at its end, up to 1.5 m from where the thing was put.
    EXPECT_TRUE(at.x > -1.6F && at.x < 5.6F && at.y > -1.6F && at.y < 6.6F);
    EXPECT_TRUE(std::isfinite(at.z));
  }
}

}  // namespace
}  // namespace promptdepth::scene
