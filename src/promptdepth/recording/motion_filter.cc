#include "promptdepth/recording/motion_filter.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using Vec3 = Eigen::Vector3d;

/// The depth between four pixels, where all four are of one surface; else 0.
float depth_between(const DepthMap& depth, double x, double y, float tolerance) {
  const int left = static_cast<int>(std::floor(x));
  const int top = static_cast<int>(std::floor(y));
  if (left < 0 || top < 0 || left + 1 >= depth.width || top + 1 >= depth.height) return 0.0F;
  const float corners[] = {depth.at(left, top), depth.at(left + 1, top), depth.at(left, top + 1),
                           depth.at(left + 1, top + 1)};
  const auto [least, greatest] = std::minmax_element(std::begin(corners), std::end(corners));
  if (*least <= 0.0F || *greatest > *least * (1.0F + tolerance)) return 0.0F;
  const auto right_share = static_cast<float>(x - left);
  const auto bottom_share = static_cast<float>(y - top);
  return std::lerp(std::lerp(corners[0], corners[1], right_share),
                   std::lerp(corners[2], corners[3], right_share), bottom_share);
}

Vec3 unproject_pixel(const Intrinsics& camera, double x, double y, double depth) {
  return {(x - camera.cx) / camera.fx * depth, (y - camera.cy) / camera.fy * depth, depth};
}

/// Two cameras, and what the earlier one says about the later one's points.
class EarlierView {
 public:
  EarlierView(const DepthView& now, const DepthView& before, float tolerance)
      : now_(now),
        before_(before),
        before_from_now_(before.world_from_camera.inverse() * now.world_from_camera),
        now_from_before_(before_from_now_.inverse()),
        tolerance_(tolerance) {}

  /// The depth, in the later view, of what the earlier one saw where the pixel's point lies; 0 for
  /// nothing.
  float depth_of(int x, int y) const {
    const auto depth = static_cast<double>(now_.depth.at(x, y));
    const Vec3 point = before_from_now_ * unproject_pixel(now_.intrinsics, x, y, depth);
    if (point.z() <= 0) return 0.0F;
    const double u = before_.intrinsics.fx * point.x() / point.z() + before_.intrinsics.cx;
    const double v = before_.intrinsics.fy * point.y() / point.z() + before_.intrinsics.cy;
    const float seen = depth_between(before_.depth, u, v, tolerance_);
    if (seen <= 0.0F) return 0.0F;
    const Vec3 seen_point =
        now_from_before_ * unproject_pixel(before_.intrinsics, u, v, static_cast<double>(seen));
    return static_cast<float>(seen_point.z());
  }

 private:
  const DepthView& now_;
  const DepthView& before_;
  Eigen::Isometry3d before_from_now_;
  Eigen::Isometry3d now_from_before_;
  float tolerance_;
};

}  // namespace

void MotionFilterOptions::validate() const {
  if (!(weight >= 0.0F && weight < 1.0F)) {
    fail(ErrorKind::kInvalidArgument, "expected a weight from 0 to below 1, found {}", weight);
  }
  if (!(tolerance > 0.0F && tolerance <= 1.0F)) {
    fail(ErrorKind::kInvalidArgument, "expected a tolerance above 0 and at most 1, found {}",
         tolerance);
  }
}

DepthMap steady_depth(const DepthView& now, const DepthView& before,
                      const MotionFilterOptions& options) {
  options.validate();
  const EarlierView earlier(now, before, options.tolerance);
  DepthMap result = now.depth;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      const float depth = now.depth.at(x, y);
      if (depth <= 0.0F) continue;
      const float seen = earlier.depth_of(x, y);
      const float difference = (seen - depth) / (options.tolerance * depth);
      if (seen <= 0.0F || std::abs(difference) >= 1.0F) continue;
      result.at(x, y) = depth + options.weight * (1.0F - difference * difference) * (seen - depth);
    }
  }
  return result;
}

}  // namespace promptdepth
