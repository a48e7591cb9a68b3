#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

using Vec3f = Eigen::Vector3f;
using Rgb8 = std::array<std::uint8_t, 3>;

/// Points in one frame; colours are sRGB, one per point, or none at all.
struct PointCloud {
  std::vector<Vec3f> positions_m;
  std::vector<Rgb8> colors;
};

/// Every measured pixel (u, v) of a map of planar depth z as the point z ((u - cx) / fx,
/// (v - cy) / fy, 1) of the camera frame (x right, y down, z forward), row by row. Throws
/// Error(kInvalidArgument) when the intrinsics are of another known size or have no focal length.
PointCloud unproject(const DepthMap& depth, const Intrinsics& intrinsics);

/// The same with the colours of `image`, which must have the map's size.
PointCloud unproject(const DepthMap& depth, const Image& image, const Intrinsics& intrinsics);

/// A binary little-endian PLY: float x, y, z in metres, and uchar red, green, blue when there are
/// colours.
std::vector<std::byte> encode_ply(const PointCloud& cloud);

/// Writes it, whole or not at all. Throws Error(kInvalidArgument) for a name that does not end in
/// .ply, Error(kIo) when the disk refuses.
void write_ply(const std::filesystem::path& path, const PointCloud& cloud);

}  // namespace promptdepth
