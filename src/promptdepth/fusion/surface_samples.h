#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// `count` points on the mesh's triangles, distributed by area: stratified along the triangles,
/// uniform within each. The same seed gives the same points. Of a point cloud, all its points.
/// Throws Error(kInvalidData) for a mesh without area.
std::vector<Vec3f> sample_surface(const Mesh& mesh, std::size_t count, std::uint64_t seed);

/// One point, the mean, of those in each cube of this size.
std::vector<Vec3f> downsample(const std::vector<Vec3f>& points, float cube_size_m);

/// Those inside the box.
std::vector<Vec3f> crop(const std::vector<Vec3f>& points, const Eigen::AlignedBox3f& box);

}  // namespace promptdepth
