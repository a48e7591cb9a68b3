#pragma once

#include <functional>
#include <span>

#include "promptdepth/scene/world.h"

namespace promptdepth::scene {

// Shapes as objects of their own. Coordinates are those of `frame`, lengths metres.

/// A point in the plane of a profile: distance from the axis and height along it.
struct ProfilePoint {
  float radius = 0;
  float height = 0;
};

ObjectId add_box(World& world, const Frame& frame, Vec3 low, Vec3 high, MaterialId material);

/// A box whose upright edges are bevelled by `bevel`; used for cushions and casings.
ObjectId add_bevelled_box(World& world, const Frame& frame, Vec3 low, Vec3 high, float bevel,
                          MaterialId material);

/// A cylinder or cone along the frame's z axis from height 0 to `height`, with end caps.
ObjectId add_cylinder(World& world, const Frame& frame, float radius, float top_radius,
                      float height, int segments, MaterialId material);

/// A straight round rod from `from` to `to`; open at its ends when it is thin.
ObjectId add_rod(World& world, const Frame& frame, Vec3 from, Vec3 to, float radius,
                 MaterialId material);

/// A tube through all points, with smooth joints. At least two points.
ObjectId add_tube(World& world, const Frame& frame, std::span<const Vec3> points, float radius,
                  MaterialId material);

ObjectId add_ellipsoid(World& world, const Frame& frame, Vec3 radii, int segments,
                       MaterialId material);

/// An ellipsoid squared off by `exponent` (1: ellipsoid, 0.3: nearly a box): pillows, cars.
ObjectId add_superellipsoid(World& world, const Frame& frame, Vec3 radii, float exponent,
                            int segments, MaterialId material);

/// A torus around the frame's z axis.
ObjectId add_torus(World& world, const Frame& frame, float radius, float tube_radius, int segments,
                   MaterialId material);

/// The surface of revolution of a smooth profile around the frame's z axis: vases, bowls, shades.
ObjectId add_lathe(World& world, const Frame& frame, std::span<const ProfilePoint> profile,
                   int segments, MaterialId material);

/// A flat disc in the frame's xy plane.
ObjectId add_disc(World& world, const Frame& frame, float radius, int segments,
                  MaterialId material);

/// A smooth surface sampled on a grid: position(u, v) for u, v in [0, 1]. Where `closed_u`, u = 1
/// meets u = 0. Normals come from central differences.
ObjectId add_surface(World& world, const Frame& frame, int columns, int rows, bool closed_u,
                     const std::function<Vec3(float u, float v)>& position, MaterialId material);

}  // namespace promptdepth::scene
