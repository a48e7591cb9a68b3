#pragma once

#include <memory>
#include <span>
#include <vector>

#include "promptdepth/geometry/point_cloud.h"

namespace promptdepth {

/// Finds the nearest of a set of points (a k-d tree). Const and shareable between threads; it
/// refers to the points, which must outlive it and not change.
class NearestPoint {
 public:
  /// Throws Error(kInvalidArgument) without points.
  explicit NearestPoint(const std::vector<Vec3f>& points);
  NearestPoint(const NearestPoint&) = delete;
  NearestPoint& operator=(const NearestPoint&) = delete;
  ~NearestPoint();

  /// From each of `queries` to the nearest point, metres.
  std::vector<float> distances_m(std::span<const Vec3f> queries) const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace promptdepth
