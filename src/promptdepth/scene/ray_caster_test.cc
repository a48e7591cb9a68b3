#include "promptdepth/scene/ray_caster.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/scene/shapes.h"

namespace promptdepth::scene {
namespace {

/// Two walls across x, at 1 and 2 m.
struct TwoWalls {
  World world;
  ObjectId near;
  ObjectId far;
  TwoWalls() {
    const MaterialId material = world.add_material({});
    near = world.add_object({{1, 0, 0}}, material);
    far = world.add_object({{2, 0, 0}}, material);
    world.add_quad(near, {0, -1, -1}, {0, 1, -1}, {0, 1, 1}, {0, -1, 1});
    world.add_quad(far, {0, -9, -9}, {0, 9, -9}, {0, 9, 9}, {0, -9, 9});
  }
};

TEST(RayCaster, FindsTheNearestThing) {
  const TwoWalls scene;
  const RayCaster caster(scene.world);
  const Hit hit = caster.intersect({{0, 0, 0}, {1, 0.1F, 0.2F}});
  EXPECT_EQ(hit.object, scene.near);
  EXPECT_NEAR(hit.distance, 1, 1e-6F);
  EXPECT_NEAR(hit.point.z, 0.2F, 1e-6F);
  EXPECT_NEAR(hit.normal.x, -1, 1e-6F);  // towards the ray's origin
  EXPECT_EQ(caster.intersect({{0, 0, 0}, {1, 1.5F, 0}}).object, scene.far);
  EXPECT_FALSE(caster.intersect({{0, 0, 0}, {-1, 0, 0}}).found());
}

TEST(RayCaster, CountsDistanceInTheRaysOwnLength) {
  const TwoWalls scene;
  const RayCaster caster(scene.world);
  EXPECT_NEAR(caster.intersect({{0, 0, 0}, {4, 0, 0}}).distance, 0.25F, 1e-6F);
}

TEST(RayCaster, LooksOnlyBetweenNearAndFar) {
  const TwoWalls scene;
  const RayCaster caster(scene.world);
  EXPECT_EQ(caster.intersect({{0, 0, 0}, {1, 0, 0}, 1.5F}).object, scene.far);
  EXPECT_FALSE(caster.intersect({{0, 0, 0}, {1, 0, 0}, 0, 0.5F}).found());
  const std::array<Ray, 3> rays{
      {{{0, 0, 0}, {1, 0, 0}, 0, 0.9F}, {{0, 0, 0}, {1, 0, 0}, 0, 1.1F}, {{0, 0, 0}, {-1, 0, 0}}}};
  std::array<std::uint8_t, 3> blocked{7, 7, 7};
  caster.occluded(rays, blocked);
  EXPECT_EQ(blocked, (std::array<std::uint8_t, 3>{0, 1, 0}));
}

TEST(RayCaster, GivesTheSameForAnyNumberOfRaysAtOnce) {
  World world;
  add_ellipsoid(world, {{3, 0, 0}}, {1, 1, 1}, 24, world.add_material({}));
  const RayCaster caster(world);
  std::vector<Ray> rays;
  for (int i = 0; i < 37; ++i)
    rays.push_back({{0, 0, 0}, {1, 0.02F * static_cast<float>(i - 18), 0.05F}});
  for (std::size_t count = 0; count <= rays.size(); ++count) {
    std::vector<Hit> hits(count);
    caster.intersect(std::span(rays).first(count), hits);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(hits[i].found(), caster.intersect(rays[i]).found());
      if (hits[i].found()) {
        EXPECT_NEAR(hits[i].distance, caster.intersect(rays[i]).distance, 1e-5F);
      }
    }
  }
}

TEST(RayCaster, ShadesSmoothSurfacesWithTheirOwnNormal) {
  World world;
  add_ellipsoid(world, {}, {1, 1, 1}, 48, world.add_material({}));
  const RayCaster caster(world);
  for (int i = 0; i < 50; ++i) {
    const float a = 0.11F * static_cast<float>(i);
    const Vec3 direction =
        normalized({std::cos(a), std::sin(a), 0.03F * static_cast<float>(i - 25)});
    const Hit hit = caster.intersect({direction * 5, -direction});
    ASSERT_TRUE(hit.found());
    // On the unit sphere the normal is the position; 48 segments are 7.5° wide.
    EXPECT_GT(dot(hit.normal, direction), 0.999F);
    EXPECT_GT(dot(hit.plane_normal, direction), 0.99F);
  }
}

TEST(RayCaster, MeetsNothingInAnEmptyWorld) {
  const World world;
  const RayCaster caster(world);
  EXPECT_FALSE(caster.intersect({{0, 0, 0}, {1, 0, 0}}).found());
}

TEST(RayCaster, RefusesListsOfDifferentLengths) {
  const TwoWalls scene;
  const RayCaster caster(scene.world);
  std::vector<Ray> rays(3);
  std::vector<Hit> hits(2);
  EXPECT_THROW(caster.intersect(rays, hits), Error);
}

TEST(RayCaster, MeetsGlassButLetsLightThrough) {
  World world;
  Material glass;
  glass.transparency = 0.8F;
  const ObjectId pane = world.add_object({{2, 0, 0}}, world.add_material(glass));
  world.add_quad(pane, {0, -1, -1}, {0, 1, -1}, {0, 1, 1}, {0, -1, 1});
  const ObjectId wall = world.add_object({{4, 0, 0}}, world.add_material({}));
  world.add_quad(wall, {0, -1, -1}, {0, 1, -1}, {0, 1, 1}, {0, -1, 1});
  const RayCaster caster(world);
  const Hit hit = caster.intersect({{0, 0, 0}, {1, 0, 0}});
  EXPECT_EQ(hit.object, pane);
  EXPECT_NEAR(hit.distance, 2, 1e-5F);
  const std::array<Ray, 2> rays{{{{0, 0, 0}, {1, 0, 0}, 0, 3}, {{0, 0, 0}, {1, 0, 0}, 0, 5}}};
  std::array<std::uint8_t, 2> blocked{};
  caster.occluded(rays, blocked);
  EXPECT_EQ(blocked[0], 0);
  EXPECT_EQ(blocked[1], 1);
}

}  // namespace
}  // namespace promptdepth::scene
