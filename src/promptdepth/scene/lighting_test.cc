#include "promptdepth/scene/lighting.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/scene/shapes.h"

namespace promptdepth::scene {
namespace {

/// A floor at z = 0, lit from above.
class Floor {
 public:
  Floor() : object_(world_.add_object({}, world_.add_material({}))) {
    world_.add_quad(object_, {-50, -50, 0}, {50, -50, 0}, {50, 50, 0}, {-50, 50, 0});
    lighting.ambient_above = lighting.ambient_below = {};
  }

  World& world() { return world_; }

  /// The mean over the sixteen strata of what reaches a point of the floor.
  float brightness(float x, float y) const {
    const RayCaster caster(world_);
    std::vector<Surfel> surfels;
    for (int i = 0; i < 16; ++i) {
      surfels.push_back({{x, y, 0}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}, 1, object_, i});
    }
    std::vector<Illumination> lit(surfels.size());
    illuminate(caster, lighting, surfels, lit);
    float sum = 0;
    for (const Illumination& light : lit) sum += light.diffuse.x;
    return sum / 16;
  }

  Lighting lighting;

 private:
  World world_;
  ObjectId object_;
};

Light small_ball(Vec3 position) {
  Light light;
  light.position = position;
  light.radius = 0.001F;
  light.intensity = {8, 8, 8};
  return light;
}

TEST(Lighting, FallsWithTheSquareOfTheDistanceAndTheCosine) {
  Floor floor;
  floor.lighting.lights.push_back(small_ball({0, 0, 2}));
  EXPECT_NEAR(floor.brightness(0, 0), 8.0F / 4, 0.01F);
  // At (2, 0): 8 / 8 m² times cos 45°.
  EXPECT_NEAR(floor.brightness(2, 0), 0.7071F, 0.01F);
}

TEST(Lighting, CastsShadows) {
  Floor floor;
  floor.lighting.lights.push_back(small_ball({0, 0, 2}));
  add_box(floor.world(), {{0, 0, 1}}, {-0.2F, -0.2F, 0}, {0.2F, 0.2F, 0.1F},
          floor.world().add_material({}));
  EXPECT_EQ(floor.brightness(0, 0), 0);
  EXPECT_GT(floor.brightness(1, 0), 0.5F);
}

TEST(Lighting, HasPenumbrasBehindLargeLights) {
  Floor floor;
  Light panel;
  panel.kind = LightKind::kRectangle;
  panel.position = {0, 0, 2};
  panel.edge_u = {0.5F, 0, 0};
  panel.edge_v = {0, 0.5F, 0};
  panel.direction = {0, 0, -1};
  floor.lighting.lights.push_back(panel);
  const float open = floor.brightness(0, 0);
  // A half-plane blind at 1 m whose edge is over the point: half the panel is seen.
  add_box(floor.world(), {{0, 0, 1}}, {0, -9, 0}, {9, 9, 0.01F}, floor.world().add_material({}));
  EXPECT_NEAR(floor.brightness(0, 0), 0.5F * open, 0.1F * open);
}

TEST(Lighting, SunbeamReachesOnlyWhatSeesTheSunThroughTheWindow) {
  Floor floor;
  Light beam;
  beam.kind = LightKind::kSunbeam;
  beam.position = {0, 2, 1};  // a window in the plane y = 2
  beam.edge_u = {0.5F, 0, 0};
  beam.edge_v = {0, 0, 0.5F};
  beam.direction = normalized({0, 1, 1});
  beam.radius = 0.001F;
  beam.intensity = {2, 2, 2};
  floor.lighting.lights.push_back(beam);
  // Rays at 45° through the window's middle land 1 m before the wall.
  EXPECT_NEAR(floor.brightness(0, 1), 2 * 0.7071F, 0.01F);
  EXPECT_EQ(floor.brightness(0, 0), 0);
  EXPECT_EQ(floor.brightness(0.7F, 1), 0);
}

TEST(Lighting, AmbientLightIsDimmerInCorners) {
  Floor floor;
  floor.lighting.ambient_above = {1, 1, 1};
  floor.lighting.occlusion_distance_m = 1;
  add_box(floor.world(), {}, {5, -50, 0}, {6, 50, 50}, floor.world().add_material({}));
  EXPECT_NEAR(floor.brightness(0, 0), 1, 1e-6F);
  EXPECT_LT(floor.brightness(4.99F, 0), 0.75F);
}

TEST(Lighting, RefusesMoreThanSixteenAtOnce) {
  const Floor floor;
  const World world;
  const RayCaster caster(world);
  std::vector<Surfel> surfels(17);
  std::vector<Illumination> lit(17);
  EXPECT_THROW(illuminate(caster, {}, surfels, lit), Error);
}

TEST(Lighting, SkyRunsFromHorizonToZenith) {
  Lighting lighting;
  lighting.sky_zenith = {0.2F, 0.4F, 0.9F};
  lighting.sky_horizon = {1, 1, 1};
  const Vec3 level = sky_color(lighting, {1, 0, 0});
  EXPECT_NEAR(level.x, 1, 0.01F);
  const Vec3 up = sky_color(lighting, {0.01F, 0, 1});
  EXPECT_GE(up.z, up.x);
}

}  // namespace
}  // namespace promptdepth::scene
