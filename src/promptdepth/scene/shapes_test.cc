#include "promptdepth/scene/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"
#include "promptdepth/scene/ray_caster.h"

namespace promptdepth::scene {
namespace {

struct Bounds {
  Vec3 low{1e9F, 1e9F, 1e9F};
  Vec3 high{-1e9F, -1e9F, -1e9F};
};

Bounds bounds_of(const World& world) {
  Bounds b;
  for (const Quad& quad : world.quads()) {
    for (const Vec3 c : quad.corners) {
      b.low = {std::min(b.low.x, c.x), std::min(b.low.y, c.y), std::min(b.low.z, c.z)};
      b.high = {std::max(b.high.x, c.x), std::max(b.high.y, c.y), std::max(b.high.z, c.z)};
    }
  }
  return b;
}

void expect_bounds(const World& world, Vec3 low, Vec3 high, float tolerance) {
  const Bounds b = bounds_of(world);
  EXPECT_NEAR(b.low.x, low.x, tolerance);
  EXPECT_NEAR(b.low.y, low.y, tolerance);
  EXPECT_NEAR(b.low.z, low.z, tolerance);
  EXPECT_NEAR(b.high.x, high.x, tolerance);
  EXPECT_NEAR(b.high.y, high.y, tolerance);
  EXPECT_NEAR(b.high.z, high.z, tolerance);
}

/// Every ray from a point inside must meet the surface: it has no hole.
void expect_closed(const World& world, Vec3 inside) {
  const RayCaster caster(world);
  Random random(1);
  for (int i = 0; i < 400; ++i) {
    const Vec3 d = normalized({random.normal(), random.normal(), random.normal()});
    EXPECT_TRUE(caster.intersect({inside, d}).found());
  }
}

TEST(Shapes, BoxHasItsCornersAndNoHole) {
  World world;
  add_box(world, {}, {-1, -2, 0}, {2, 1, 0.5F}, world.add_material({}));
  expect_bounds(world, {-1, -2, 0}, {2, 1, 0.5F}, 1e-6F);
  expect_closed(world, {0.5F, 0, 0.25F});
}

TEST(Shapes, BevelledBoxHasItsExtentsAndNoHole) {
  World world;
  add_bevelled_box(world, {}, {-1, -2, 0}, {2, 1, 0.5F}, 0.1F, world.add_material({}));
  expect_bounds(world, {-1, -2, 0}, {2, 1, 0.5F}, 1e-6F);
  expect_closed(world, {0.5F, 0, 0.25F});
}

TEST(Shapes, CylinderHasItsExtentsAndNoHole) {
  World world;
  add_cylinder(world, {}, 0.5F, 0.25F, 2, 16, world.add_material({}));
  expect_bounds(world, {-0.5F, -0.5F, 0}, {0.5F, 0.5F, 2}, 1e-6F);
  expect_closed(world, {0, 0, 1});
}

TEST(Shapes, SuperellipsoidHasItsRadiiAndNoHole) {
  for (const float exponent : {1.0F, 0.3F, 1.8F}) {
    World world;
    add_superellipsoid(world, {}, {1, 2, 0.5F}, exponent, 16, world.add_material({}));
    expect_bounds(world, {-1, -2, -0.5F}, {1, 2, 0.5F}, 1e-5F);
    expect_closed(world, {0, 0, 0});
  }
}

TEST(Shapes, EllipsoidsPointsLieOnIt) {
  World world;
  add_ellipsoid(world, {}, {1, 2, 0.5F}, 24, world.add_material({}));
  for (const Quad& quad : world.quads()) {
    for (std::size_t i = 0; i < 4; ++i) {
      const Vec3 p = quad.corners[i];
      EXPECT_NEAR(p.x * p.x + p.y * p.y / 4 + p.z * p.z * 4, 1, 1e-5F);
    }
  }
}

TEST(Shapes, TorusLiesAtItsTubesRadius) {
  World world;
  add_torus(world, {}, 2, 0.5F, 24, world.add_material({}));
  for (const Quad& quad : world.quads()) {
    for (const Vec3 p : quad.corners) {
      EXPECT_NEAR(std::hypot(std::hypot(p.x, p.y) - 2, p.z), 0.5F, 1e-5F);
    }
  }
}

TEST(Shapes, NormalsStandOnTheirSurface) {
  World world;
  const MaterialId material = world.add_material({});
  add_torus(world, {}, 2, 0.5F, 24, material);
  add_ellipsoid(world, {{9, 0, 0}}, {1, 2, 0.5F}, 20, material);
  add_cylinder(world, {{0, 9, 0}}, 0.5F, 0.25F, 2, 16, material);
  for (const Quad& quad : world.quads()) {
    if (!quad.smooth) continue;
    const Vec3 plane = cross(quad.corners[2] - quad.corners[0], quad.corners[3] - quad.corners[1]);
    for (const Vec3 n : quad.normals) {
      EXPECT_NEAR(length(n), 1, 1e-5F);
      EXPECT_GT(std::fabs(dot(n, normalized(plane))), 0.6F);
    }
  }
}

TEST(Shapes, RodReachesFromEndToEnd) {
  for (const float radius : {0.01F, 0.1F}) {
    World world;
    add_rod(world, {}, {0, 0, 1}, {0, 0, 3}, radius, world.add_material({}));
    expect_bounds(world, {-radius, -radius, 1}, {radius, radius, 3}, 0.15F * radius);
  }
}

TEST(Shapes, TubePassesThroughItsPoints) {
  World world;
  const std::array<Vec3, 4> points{{{0, 0, 0}, {1, 0, 0}, {2, 1, 0}, {2, 2, 0}}};
  add_tube(world, {}, points, 0.05F, world.add_material({}));
  for (const Quad& quad : world.quads()) {
    for (const Vec3 c : quad.corners) {
      const bool near = std::any_of(points.begin(), points.end(), [&](Vec3 p) {
        return std::fabs(length(c - p) - 0.05F) < 1e-5F;
      });
      EXPECT_TRUE(near);
    }
  }
}

TEST(Shapes, LatheFollowsItsProfile) {
  World world;
  const std::array<ProfilePoint, 3> profile{{{0.5F, 0}, {1, 1}, {0.25F, 2}}};
  add_lathe(world, {}, profile, 16, world.add_material({}));
  expect_bounds(world, {-1, -1, 0}, {1, 1, 2}, 1e-5F);
}

TEST(Shapes, DiscIsFlatAndRound) {
  World world;
  add_disc(world, {{0, 0, 1}}, 2, 32, world.add_material({}));
  const RayCaster caster(world);
  EXPECT_NEAR(caster.intersect({{1.9F, 0.1F, 5}, {0, 0, -1}}).distance, 4, 1e-5F);
  EXPECT_FALSE(caster.intersect({{1.5F, 1.5F, 5}, {0, 0, -1}}).found());
}

}  // namespace
}  // namespace promptdepth::scene
