#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/geometry/point_cloud.h"

namespace promptdepth {

/// The points of a sweep as KITTI stores it: float32 x, y, z in metres (forward, left, up, seen
/// from the scanner) and reflectance, little endian. Points that are not finite are left out.
/// Throws Error(kInvalidData) when the bytes are none or no whole number of points, or more than
/// 2^24.
std::vector<Vec3f> decode_velodyne(std::span<const std::byte> bytes, std::string_view where);

/// Throws Error(kIo) as well.
std::vector<Vec3f> read_velodyne(const std::filesystem::path& path);

}  // namespace promptdepth
