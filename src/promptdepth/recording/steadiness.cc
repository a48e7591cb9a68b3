#include "promptdepth/recording/steadiness.h"

#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// Relative difference up to which two depths are of one point.
constexpr double kSamePoint = 0.01;

void check_sizes(const JudgedView& view) {
  const DepthMap& depth = view.predicted.depth;
  if (depth.width != view.truth.width || depth.height != view.truth.height) {
    fail(ErrorKind::kInvalidArgument, "expected a truth of {}x{}, found {}x{}", depth.width,
         depth.height, view.truth.width, view.truth.height);
  }
}

float error_at(const JudgedView& view, int x, int y) {
  return view.predicted.depth.at(x, y) - view.truth.at(x, y);
}

}  // namespace

double change_of_static_points(const JudgedView& before, const JudgedView& now) {
  check_sizes(before);
  check_sizes(now);
  const Intrinsics& camera = now.predicted.intrinsics;
  const Intrinsics& earlier = before.predicted.intrinsics;
  const Eigen::Isometry3d before_from_now =
      before.predicted.world_from_camera.inverse() * now.predicted.world_from_camera;
  double sum = 0;
  std::int64_t count = 0;
  for (int y = 0; y < now.truth.height; ++y) {
    for (int x = 0; x < now.truth.width; ++x) {
      const auto depth = static_cast<double>(now.truth.at(x, y));
      if (depth <= 0) continue;
      const Eigen::Vector3d point =
          before_from_now * Eigen::Vector3d((x - camera.cx) / camera.fx * depth,
                                            (y - camera.cy) / camera.fy * depth, depth);
      if (point.z() <= 0) continue;
      const long u = std::lround(earlier.fx * point.x() / point.z() + earlier.cx);
      const long v = std::lround(earlier.fy * point.y() / point.z() + earlier.cy);
      if (u < 0 || v < 0 || u >= before.truth.width || v >= before.truth.height) continue;
      const int left = static_cast<int>(u);
      const int top = static_cast<int>(v);
      const auto seen = static_cast<double>(before.truth.at(left, top));
      if (std::abs(seen - point.z()) > kSamePoint * point.z()) continue;
      sum += static_cast<double>(std::abs(error_at(now, x, y) - error_at(before, left, top)));
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

}  // namespace promptdepth
