#include "promptdepth/geometry/point_cloud.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/file_ending.h"
#include "promptdepth/image/quantize.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little);

void check(const DepthMap& depth, const Intrinsics& intrinsics) {
  const bool same_size = intrinsics.width == depth.width && intrinsics.height == depth.height;
  if (!same_size && intrinsics.width != 0) {
    fail(ErrorKind::kInvalidArgument,
         "expected intrinsics of the depth map's {} x {} pixels, found {} x {}", depth.width,
         depth.height, intrinsics.width, intrinsics.height);
  }
  if (!(intrinsics.fx > 0.0 && intrinsics.fy > 0.0)) {
    fail(ErrorKind::kInvalidArgument, "expected positive focal lengths, found fx {}, fy {}",
         intrinsics.fx, intrinsics.fy);
  }
}

/// Calls visit(pixel index, point) for every measured pixel.
template <typename Visit>
void for_each_point(const DepthMap& depth, const Intrinsics& intrinsics, const Visit& visit) {
  std::size_t index = 0;
  for (int v = 0; v < depth.height; ++v) {
    const double y = (v - intrinsics.cy) / intrinsics.fy;
    for (int u = 0; u < depth.width; ++u, ++index) {
      const float z = depth.values[index];
      if (!is_measured(z)) continue;
      const double x = (u - intrinsics.cx) / intrinsics.fx;
      visit(index, Vec3f(static_cast<float>(x * z), static_cast<float>(y * z), z));
    }
  }
}

std::string ply_header(const PointCloud& cloud) {
  std::string header = fmt::format(
      "ply\nformat binary_little_endian 1.0\nelement vertex {}\n"
      "property float x\nproperty float y\nproperty float z\n",
      cloud.positions_m.size());
  if (!cloud.colors.empty()) {
    header += "property uchar red\nproperty uchar green\nproperty uchar blue\n";
  }
  return header + "end_header\n";
}

}  // namespace

PointCloud unproject(const DepthMap& depth, const Intrinsics& intrinsics) {
  check(depth, intrinsics);
  PointCloud cloud;
  for_each_point(depth, intrinsics,
                 [&](std::size_t, const Vec3f& point) { cloud.positions_m.push_back(point); });
  return cloud;
}

PointCloud unproject(const DepthMap& depth, const Image& image, const Intrinsics& intrinsics) {
  check(depth, intrinsics);
  if (image.width != depth.width || image.height != depth.height) {
    fail(ErrorKind::kInvalidArgument,
         "expected an image of the depth map's {} x {} pixels, found {} x {}", depth.width,
         depth.height, image.width, image.height);
  }
  const std::vector<std::uint8_t> pixels = quantize_8bit(image);
  PointCloud cloud;
  for_each_point(depth, intrinsics, [&](std::size_t index, const Vec3f& point) {
    cloud.positions_m.push_back(point);
    cloud.colors.push_back({pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2]});
  });
  return cloud;
}

std::vector<std::byte> encode_ply(const PointCloud& cloud) {
  PD_CHECK(cloud.colors.empty() || cloud.colors.size() == cloud.positions_m.size());
  const std::string header = ply_header(cloud);
  const std::size_t vertex_bytes = sizeof(Vec3f) + (cloud.colors.empty() ? 0 : sizeof(Rgb8));
  std::vector<std::byte> content(header.size() + vertex_bytes * cloud.positions_m.size());
  std::memcpy(content.data(), header.data(), header.size());
  std::byte* out = content.data() + header.size();
  for (std::size_t i = 0; i < cloud.positions_m.size(); ++i) {
    std::memcpy(out, cloud.positions_m[i].data(), sizeof(Vec3f));
    if (!cloud.colors.empty())
      std::memcpy(out + sizeof(Vec3f), cloud.colors[i].data(), sizeof(Rgb8));
    out += vertex_bytes;
  }
  return content;
}

void write_ply(const std::filesystem::path& path, const PointCloud& cloud) {
  if (file_ending(path) != ".ply") {
    fail(ErrorKind::kInvalidArgument, "expected a point cloud's name to end in .ply, found '{}'",
         path.string());
  }
  write_file_atomically(path, encode_ply(cloud));
}

}  // namespace promptdepth
