#pragma once

#include <Eigen/Geometry>
#include <optional>
#include <string>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"
#include "promptdepth/image/orientation.h"

namespace promptdepth {

/// One moment of a recording or a data set, as far as it is known. Depths are planar z in metres, 0
/// where there is none; what a recording does not have is empty. Everything belongs to the picture
/// as it lies here: a data set's is upright; a recording's lies as it was stored.
struct Frame {
  std::string name = {};  ///< Unique in its recording or data set; what messages call it.
  Image image = {};
  DepthMap prompt = {};        ///< What a sensor measured, over the image's field of view.
  DepthMap confidence = {};    ///< The prompt's size: 0 low, 1 medium, 2 high.
  DepthMap depth = {};         ///< Annotated ground truth, the image's size.
  DepthMap pseudo_depth = {};  ///< A second truth with better edges (spec 4.4), the image's size.
  std::optional<Intrinsics> intrinsics = {};  ///< Of the image.
  std::optional<Eigen::Isometry3d> world_from_camera = {};
  std::optional<double> time_s = {};
  /// The turn that makes the picture stand upright: apply_orientation(image, upright), and the same
  /// for maps and intrinsics.
  ExifOrientation upright = ExifOrientation::kUpright;
};

}  // namespace promptdepth
