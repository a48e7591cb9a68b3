#include "promptdepth/recording/motion_filter.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// Fewer depths have no majority.
constexpr std::size_t kLeastDepths = 3;
/// The neighbourhood that tells movement from an edge's flicker: 2·kReach + 1 pixels wide.
constexpr int kReach = 6;
constexpr float kMovedShare = 0.5F;
/// Relative difference that noise does not reach over a whole neighbourhood.
constexpr float kMovedDifference = 0.1F;

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

bool agrees(float depth, float reference, float tolerance) {
  return std::abs(depth - reference) <= tolerance * reference;
}

/// The mean of the depths that agree with their median.
float majority(std::vector<float>& depths, float tolerance) {
  const float middle = median(depths);
  float sum = 0.0F;
  int count = 0;
  for (const float depth : depths) {
    if (!agrees(depth, middle, tolerance)) continue;
    sum += depth;
    ++count;
  }
  return sum / static_cast<float>(count);
}

/// Every pixel's majority among its own depth and those of the other maps.
DepthMap majorities(const DepthMap& own, const std::vector<DepthMap>& others, float tolerance) {
  DepthMap result = own;
#pragma omp parallel
  {
    std::vector<float> depths;
#pragma omp for schedule(static)
    for (std::size_t i = 0; i < own.values.size(); ++i) {
      if (own.values[i] <= 0.0F) continue;
      depths.assign(1, own.values[i]);
      for (const DepthMap& other : others) {
        if (other.values[i] > 0.0F) depths.push_back(other.values[i]);
      }
      if (depths.size() >= kLeastDepths) result.values[i] = majority(depths, tolerance);
    }
  }
  return result;
}

/// Sums of a map of 0 and 1 over the rectangles from the top left corner.
class AreaSums {
 public:
  template <typename Value>
  AreaSums(int width, int height, const Value& value)
      : stride_(static_cast<std::size_t>(width) + 1),
        sums_(stride_ * (static_cast<std::size_t>(height) + 1)) {
    for (int y = 0; y < height; ++y) {
      std::int32_t row = 0;
      for (int x = 0; x < width; ++x) {
        row += value(x, y) ? 1 : 0;
        sums_[offset(x + 1, y + 1)] = sums_[offset(x + 1, y)] + row;
      }
    }
  }

  /// Of columns [left, right) and rows [top, bottom).
  std::int32_t sum(int left, int top, int right, int bottom) const {
    return sums_[offset(right, bottom)] - sums_[offset(left, bottom)] - sums_[offset(right, top)] +
           sums_[offset(left, top)];
  }

 private:
  std::size_t offset(int x, int y) const {
    return static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x);
  }

  std::size_t stride_;
  std::vector<std::int32_t> sums_;
};

/// Puts the frame's own depth back where most of a neighbourhood differs from it.
void keep_moved(const DepthMap& own, DepthMap& filtered) {
  const int width = own.width;
  const int height = own.height;
  const AreaSums differing(width, height, [&](int x, int y) {
    return own.at(x, y) > 0.0F && !agrees(filtered.at(x, y), own.at(x, y), kMovedDifference);
  });
#pragma omp parallel for schedule(static)
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int left = std::max(x - kReach, 0);
      const int top = std::max(y - kReach, 0);
      const int right = std::min(x + kReach + 1, width);
      const int bottom = std::min(y + kReach + 1, height);
      const auto area = static_cast<float>((right - left) * (bottom - top));
      const auto differ = static_cast<float>(differing.sum(left, top, right, bottom));
      if (differ > kMovedShare * area) filtered.at(x, y) = own.at(x, y);
    }
  }
}

}  // namespace

void MotionFilterOptions::validate() const {
  if (frames < 1 || frames > 100) {
    fail(ErrorKind::kInvalidArgument, "expected 1 to 100 frames of the motion filter, found {}",
         frames);
  }
  if (!(tolerance > 0.0F && tolerance <= 1.0F)) {
    fail(ErrorKind::kInvalidArgument, "expected a tolerance above 0 and at most 1, found {}",
         tolerance);
  }
}

MotionFilter::MotionFilter(const MotionFilterOptions& options) : options_(options) {
  options_.validate();
}

DepthMap MotionFilter::filter(DepthView now) {
  std::vector<DepthMap> earlier(before_.size());
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < earlier.size(); ++i) {
    earlier[i] = seen_from(before_[i], now.intrinsics, now.world_from_camera);
  }
  DepthMap filtered = majorities(now.depth, earlier, options_.tolerance);
  keep_moved(now.depth, filtered);
  before_.push_back(std::move(now));
  if (before_.size() > static_cast<std::size_t>(options_.frames)) before_.pop_front();
  return filtered;
}

DepthMap seen_from(const DepthView& view, const Intrinsics& camera,
                   const Eigen::Isometry3d& world_from_camera) {
  const Eigen::Isometry3f camera_from_view =
      (world_from_camera.inverse() * view.world_from_camera).cast<float>();
  const Eigen::Matrix3f rotation = camera_from_view.linear();
  const Eigen::Vector3f translation = camera_from_view.translation();
  const auto fx = static_cast<float>(camera.fx);
  const auto fy = static_cast<float>(camera.fy);
  const auto cx = static_cast<float>(camera.cx);
  const auto cy = static_cast<float>(camera.cy);
  DepthMap result(camera.width, camera.height);
  for (int y = 0; y < view.depth.height; ++y) {
    const auto slope_y = static_cast<float>((y - view.intrinsics.cy) / view.intrinsics.fy);
    for (int x = 0; x < view.depth.width; ++x) {
      const float depth = view.depth.at(x, y);
      if (depth <= 0.0F) continue;
      const auto slope_x = static_cast<float>((x - view.intrinsics.cx) / view.intrinsics.fx);
      const Eigen::Vector3f point =
          rotation * Eigen::Vector3f(slope_x * depth, slope_y * depth, depth) + translation;
      if (point.z() <= 0.0F) continue;
      const float u = std::floor(fx * point.x() / point.z() + cx + 0.5F);
      const float v = std::floor(fy * point.y() / point.z() + cy + 0.5F);
      if (!(u >= 0.0F && v >= 0.0F && u < static_cast<float>(camera.width) &&
            v < static_cast<float>(camera.height))) {
        continue;
      }
      float& nearest = result.at(static_cast<int>(u), static_cast<int>(v));
      if (nearest == 0.0F || point.z() < nearest) nearest = point.z();
    }
  }
  return result;
}

}  // namespace promptdepth
