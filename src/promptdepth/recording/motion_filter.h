#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <deque>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

/// A depth map and the camera that it belongs to.
struct DepthView {
  DepthMap depth = {};         ///< Planar z in metres; 0 where there is none.
  Intrinsics intrinsics = {};  ///< Of the map.
  Eigen::Isometry3d world_from_camera = Eigen::Isometry3d::Identity();
};

struct MotionFilterOptions {
  int frames = 6;           ///< Earlier frames that are looked at; 1 to 100.
  float tolerance = 0.02F;  ///< Relative difference up to which depths are of one surface; to 1.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Depth filtered along the camera's motion: the points of the last frames are seen from where the
/// camera is now, and every pixel gets the mean of those of its depths, its own among them, that
/// agree with their median. A depth that flips from frame to frame between before and behind an
/// edge thus goes with the majority. Where most of a neighbourhood differs from the median,
/// something has moved by itself, and the frame's own depth stays.
class MotionFilter {
 public:
  /// Throws Error(kInvalidArgument) as MotionFilterOptions::validate() does.
  explicit MotionFilter(const MotionFilterOptions& options = {});

  /// The filtered depth of the next frame, given the network's. Depths of 0 stay 0.
  DepthMap filter(DepthView now);

 private:
  MotionFilterOptions options_;
  std::deque<DepthView> before_;  ///< Unfiltered, the latest last.
};

/// What a camera sees of another view's points: the nearest that falls into a pixel, 0 where none
/// does. The result has the size of `camera`.
DepthMap seen_from(const DepthView& view, const Intrinsics& camera,
                   const Eigen::Isometry3d& world_from_camera);

}  // namespace promptdepth
