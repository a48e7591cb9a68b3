#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// Polycam's raw export (developer mode):
///   keyframes/images/T.jpg, cameras/T.json              as recorded
///   keyframes/corrected_images/T.jpg, corrected_cameras/T.json   optimised, where they are there
///   keyframes/depth/T.png        16 bits, mm
///   keyframes/confidence/T.png   0, 127, 255                                          (optional)
/// T is the time in microseconds. Cameras hold fx, fy, cx, cy, width, height and t_00 to t_23, the
/// 3×4 world from a camera with x right, y up, z backward (ARKit). Nothing when there are no
/// keyframes with depth.
std::optional<Recording> list_polycam(const std::filesystem::path& folder);

}  // namespace promptdepth
