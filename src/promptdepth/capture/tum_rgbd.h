#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// TUM RGB-D (Sturm et al., IROS 2012):
///   rgb.txt, depth.txt    lines of `time FILE`; a depth map belongs to the picture that is nearest
///                         in time, by at most 0.02 s
///   groundtruth.txt       lines of `time tx ty tz qx qy qz qw`, world_from_camera (optional)
/// Depth is 16 bits, 5000 per metre. The camera is not in the folder: it is the one that the
/// benchmark gives for freiburg1, 2 or 3 when the folder's name says so, else ROS's default.
/// Distortion is left as it is. Nothing when one of the two lists is not there.
std::optional<Recording> list_tum_rgbd(const std::filesystem::path& folder);

}  // namespace promptdepth
