#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// 3DMatch, 7-Scenes, and what fusion tools write after them:
///   frame-NNNNNN.color.png (or .jpg)   the picture
///   frame-NNNNNN.depth.png             16 bits, mm; 0 and 65535 are no measurement
///   frame-NNNNNN.pose.txt              world_from_camera, 4×4                        (optional)
///   camera-intrinsics.txt              3×3, here or in the folder above              (optional)
/// Nothing when the folder has no such frames. Without a camera file, 7-Scenes' calibration (585
/// pixels, the middle at 320, 240) is taken for pictures of 640×480.
std::optional<Recording> list_threedmatch(const std::filesystem::path& folder);

}  // namespace promptdepth
