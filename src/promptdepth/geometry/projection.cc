#include "promptdepth/geometry/projection.h"

#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {

DepthMap project_points(std::span<const Vec3f> points_in_camera, const Intrinsics& intrinsics) {
  constexpr float kNearest_m = 0.01F;
  const bool usable =
      intrinsics.width > 0 && intrinsics.height > 0 && intrinsics.fx > 0 && intrinsics.fy > 0;
  if (!usable) {
    fail(ErrorKind::kInvalidArgument,
         "expected a camera with a size and focal lengths to project points, found {}×{} pixels, "
         "fx {}, fy {}",
         intrinsics.width, intrinsics.height, intrinsics.fx, intrinsics.fy);
  }
  DepthMap map(intrinsics.width, intrinsics.height);
  for (const Vec3f& point : points_in_camera) {
    const double z = point.z();
    if (!(z >= kNearest_m) || !point.allFinite()) continue;
    const double x = std::round(intrinsics.fx * point.x() / z + intrinsics.cx);
    const double y = std::round(intrinsics.fy * point.y() / z + intrinsics.cy);
    if (!(x >= 0 && x < map.width && y >= 0 && y < map.height)) continue;
    float& seen = map.at(static_cast<int>(x), static_cast<int>(y));
    if (seen == 0 || point.z() < seen) seen = point.z();
  }
  return map;
}

}  // namespace promptdepth
