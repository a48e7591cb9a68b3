#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "promptdepth/geometry/intrinsics.h"

namespace promptdepth {

/// What pose_intrinsic_imu.json says of a frame. The camera is of the whole picture, without its
/// size.
struct ScanNetPPCamera {
  std::optional<Intrinsics> intrinsics = {};
  std::optional<Eigen::Isometry3d> world_from_camera = {};  ///< aligned_pose, else pose.
  std::optional<double> time_s = {};
};

/// The cameras of an iPhone recording by frame ("frame_000123"), of those that `wanted` names; none
/// when the file is not there. Throws Error(kInvalidData) when it is no JSON object.
std::map<std::string, ScanNetPPCamera> read_scannetpp_cameras(
    const std::filesystem::path& path, const std::function<bool(const std::string&)>& wanted);

}  // namespace promptdepth
