#include "promptdepth/scene/beyond.h"

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

constexpr float kTolerance = 1e-3F;

/// A camera at the origin that looks along x at a surface 2 m away, at 45° where it mirrors.
struct Bench {
  World world;
  Lighting lighting;
  Material glow;
  Ray ray{{0, 0, 0}, {1, 0, 0}};

  Bench() {
    lighting.ambient_above = lighting.ambient_below = {};
    lighting.sky_zenith = lighting.sky_horizon = {};
    glow.emission = 1;
    glow.first = {1, 0.5F, 0.25F};
  }

  /// A wall across x, or with `across_y` across y, at distance `at_m` from the origin.
  void add_wall(float at_m, bool across_y, const Material& material) {
    const Vec3 normal = across_y ? Vec3{0, 1, 0} : Vec3{1, 0, 0};
    const ObjectId wall =
        world.add_object(along(normal * at_m, normal), world.add_material(material));
    world.add_quad(wall, {-9, -9, 0}, {9, -9, 0}, {9, 9, 0}, {-9, 9, 0});
  }

  void add_mirror_at_45_degrees(const Material& material) {
    const ObjectId mirror =
        world.add_object(along({2, 0, 0}, {-1, 1, 0}), world.add_material(material));
    world.add_quad(mirror, {-1, -1, 0}, {1, -1, 0}, {1, 1, 0}, {-1, 1, 0});
  }

  Beyond look() const {
    const RayCaster caster(world);
    const Hit hit = caster.intersect(ray);
    EXPECT_TRUE(hit.found());
    const Surfel at{hit.point,  hit.normal, hit.plane_normal, {-1, 0, 0}, hit.distance,
                    hit.object, 0};
    return look_beyond(caster, lighting, ray, at, 1e-3F);
  }
};

TEST(Beyond, OfAMatteSurfaceIsNothing) {
  Bench bench;
  bench.add_wall(2, false, {});
  const Beyond beyond = bench.look();
  EXPECT_EQ(luminance(beyond.radiance), 0);
  EXPECT_EQ(beyond.distance, 0);
}

TEST(Beyond, OfAMirrorIsWhatLiesAtTheWaysLength) {
  Bench bench;
  Material mirror;
  mirror.mirror = 0.9F;
  bench.add_mirror_at_45_degrees(mirror);
  bench.add_wall(3, true, bench.glow);
  const Beyond beyond = bench.look();
  EXPECT_NEAR(beyond.distance, 2 + 3, kTolerance);
  // Schlick at 45° adds a little to 0.9.
  EXPECT_NEAR(beyond.radiance.x, 0.9F, 0.001F);
  EXPECT_NEAR(beyond.radiance.y, 0.45F, 0.001F);
}

TEST(Beyond, OfPanesIsTheFirstSolidThingTintedByEach) {
  Bench bench;
  Material pane;
  pane.transparency = 0.8F;
  for (const float at : {2.0F, 2.5F, 3.0F}) bench.add_wall(at, false, pane);
  bench.add_wall(4, false, bench.glow);
  const Beyond beyond = bench.look();
  EXPECT_NEAR(beyond.distance, 4, kTolerance);
  EXPECT_NEAR(beyond.radiance.x, 0.8F * 0.8F * 0.8F, 1e-4F);
}

TEST(Beyond, OfTheSkyHasNoDistance) {
  Bench bench;
  bench.lighting.sky_zenith = bench.lighting.sky_horizon = {1, 1, 1};
  Material pane;
  pane.transparency = 0.5F;
  bench.add_wall(2, false, pane);
  const Beyond beyond = bench.look();
  EXPECT_EQ(beyond.distance, 0);
  EXPECT_NEAR(beyond.radiance.x, 0.5F, 0.05F);
}

TEST(Beyond, OfAGlowingPaneIsItsPictureInstead) {
  Bench bench;
  Material view = bench.glow;
  view.transparency = 0.9F;
  bench.add_wall(2, false, view);
  bench.add_wall(4, false, bench.glow);
  const Beyond beyond = bench.look();
  EXPECT_EQ(beyond.distance, 0);
  EXPECT_EQ(beyond.radiance.x, 0);
}

}  // namespace
}  // namespace promptdepth::scene
