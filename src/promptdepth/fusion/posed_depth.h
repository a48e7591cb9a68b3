#pragma once

#include <Eigen/Geometry>
#include <string>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

/// A depth map and where it was seen from.
struct PosedDepth {
  std::string name = {};       ///< What messages call it.
  DepthMap depth = {};         ///< Planar z in metres; 0 where there is none.
  Image color = {};            ///< The map's size, or empty.
  Intrinsics intrinsics = {};  ///< Of the map.
  Eigen::Isometry3d world_from_camera = Eigen::Isometry3d::Identity();  ///< Metres.
};

/// Takes the pixels under a mask (non-zero = moving; of any size, the same field of view) out of
/// `depth` and returns them alone in a map of the same size.
DepthMap take_masked(DepthMap& depth, const DepthMap& mask);

}  // namespace promptdepth
