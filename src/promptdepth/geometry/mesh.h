#pragma once

#include <Eigen/Geometry>
#include <array>
#include <cstdint>
#include <vector>

#include "promptdepth/geometry/point_cloud.h"

namespace promptdepth {

/// Three vertices, counted from 0, counter-clockwise seen from the front.
using Triangle = std::array<std::uint32_t, 3>;

/// Triangles over shared, perhaps coloured vertices. Without a triangle it is a point cloud.
struct Mesh {
  PointCloud vertices;
  std::vector<Triangle> triangles;
};

/// (b - a) × (c - a) of the triangle's corners: its normal, as long as twice its area in m².
Vec3f doubled_area_normal(const Mesh& mesh, const Triangle& triangle);

/// Unit normals at the vertices, weighted by the areas of the triangles around them; zero where
/// there is none.
std::vector<Vec3f> vertex_normals(const Mesh& mesh);

/// The least box around the points, parallel to the axes; empty without points.
Eigen::AlignedBox3f bounds(const PointCloud& cloud);

}  // namespace promptdepth
