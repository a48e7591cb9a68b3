#pragma once

#include <Eigen/Geometry>

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
  /// How much of the earlier depth is kept where both agree exactly; 0 to below 1. Noise that
  /// differs from frame to frame falls to sqrt((1 - w) / (1 + w)) of itself.
  float weight = 0.8F;
  /// Relative difference from which on nothing is kept: what moved, or was hidden before.
  float tolerance = 0.02F;

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// The frame's depth steadied by that of the frame before it: each pixel's point is looked up in
/// the earlier view by the cameras' poses, and where the earlier depth there says nearly the same
/// point, both are averaged; the more they differ, the less (Tukey's weight). Where the earlier
/// view saw nothing, an edge, or something else, the depth stays as it is.
DepthMap steady_depth(const DepthView& now, const DepthView& before,
                      const MotionFilterOptions& options = {});

}  // namespace promptdepth
