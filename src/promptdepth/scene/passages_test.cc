#include "promptdepth/scene/passages.h"

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

TEST(Passages, CloseTheViewThroughAnOpeningFarBehindTheWall) {
  const Wall wall{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, 4, 2.6F};
  const Opening opening{OpeningKind::kPassage, 1.5F, 2.5F, 0, 2, 0.1F};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    World world;
    Random random(seed);
    Kit kit(world, random);
    Lighting lighting;
    build_passage(kit, wall, opening, lighting);
    EXPECT_LE(lighting.lights.size(), 1U);
    const RayCaster caster(world);
    // Rays through all of the opening, also slanting ones, end behind the wall.
    for (const float x : {1.55F, 2.0F, 2.45F}) {
      for (const float slant : {-1.0F, 0.0F, 1.0F}) {
        const Hit hit = caster.intersect({{x, -0.1F, 1}, {slant, -1, 0.2F}});
        ASSERT_TRUE(hit.found()) << "seed " << seed;
        EXPECT_LT(hit.point.y, -0.1F + 1e-4F) << "seed " << seed;
      }
    }
    const Hit above = caster.intersect({{2, -0.5F, 1}, {0, 0, 1}});
    ASSERT_TRUE(above.found());
    EXPECT_LE(above.point.z, wall.height + 1e-4F);
  }
}

}  // namespace
}  // namespace promptdepth::scene
