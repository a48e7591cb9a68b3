#include <algorithm>

#include <gtest/gtest.h>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/outdoor.h"

namespace promptdepth::scene {
namespace {

struct Shares {
  float mirror = 0;
  float transparency = 0;
};

/// The greatest of all materials that a builder uses.
template <typename Build>
Shares greatest_shares(const Build& build) {
  World world;
  Random random(3);
  Kit kit(world, random);
  build(kit);
  Shares shares;
  for (const Quad& quad : world.quads()) {
    const Material& material = world.material_of(quad.object);
    shares.mirror = std::max(shares.mirror, material.mirror);
    shares.transparency = std::max(shares.transparency, material.transparency);
    EXPECT_LE(material.mirror + material.transparency, 1);
  }
  return shares;
}

TEST(GlassThings, MirrorsMirror) {
  EXPECT_GE(greatest_shares([](Kit& kit) { build_wall_mirror(kit, {}); }).mirror, 0.75F);
  EXPECT_GE(greatest_shares([](Kit& kit) {
              build_standing_mirror(kit, {}, {0.5F, 0.2F, 1.5F});
            }).mirror,
            0.75F);
}

TEST(GlassThings, GlassLetsLightThrough) {
  EXPECT_GE(greatest_shares([](Kit& kit) {
              build_glass_screen(kit, {}, {1.5F, 0.05F, 2});
            }).transparency,
            0.5F);
  EXPECT_GE(greatest_shares([](Kit& kit) {
              build_showcase(kit, {}, {0.8F, 0.4F, 1.5F});
            }).transparency,
            0.5F);
  EXPECT_GE(greatest_shares([](Kit& kit) { build_shelter(kit, {}); }).transparency, 0.5F);
}

}  // namespace
}  // namespace promptdepth::scene
