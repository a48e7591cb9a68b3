#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// A scene of ScanNet++ as the iPhone saw it, SCENE/iphone:
///   rgb.mkv (or .mp4), or rgb/frame_NNNNNN.jpg    pictures; the extracted ones, where they are
///   depth.bin, or depth/frame_NNNNNN.png          DepthStream, or mm
///   render_depth/frame_NNNNNN.png                 the laser scan's depth, mm        (optional)
///   pose_intrinsic_imu.json                       camera, pose and time             (optional)
/// Nothing when there are no pictures or no depth of these names, or neither depth.bin nor the
/// cameras: a plain folder may look like the rest.
std::optional<Recording> list_scannetpp(const std::filesystem::path& folder);

}  // namespace promptdepth
