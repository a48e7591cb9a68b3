#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// A row of Stray Scanner's odometry.csv.
struct OdometryRow {
  std::int64_t frame = 0;
  double time_s = 0;
  Eigen::Isometry3d world_from_camera = Eigen::Isometry3d::Identity();
  std::optional<Intrinsics> intrinsics = {};  ///< Of the video's pictures; newer versions have it.
};

/// The rows of an odometry.csv, told apart by their columns' names: timestamp, frame, x, y, z, qx,
/// qy, qz, qw, and in newer recordings fx, fy, cx, cy. Without a header, nine columns are these,
/// and eight are without the frame's number. Positions are in metres; the pose is
/// world_from_camera with this project's axes. Rows without a pose go to `problems`.
/// Throws Error(kInvalidData) when a column is missing.
std::vector<OdometryRow> parse_odometry(std::string_view text, ProblemList& problems);

/// A recording of Stray Scanner:
///   rgb.mp4                      the pictures (HEVC), or rgb/NNNNNN.jpg or .png
///   depth/NNNNNN.png or .npy     mm, of picture NNNNNN
///   confidence/NNNNNN.png        0, 1, 2                                       (optional)
///   odometry.csv                 time, pose and, in newer recordings, camera
///   camera_matrix.csv            3×3, of the pictures                          (optional)
/// Nothing when odometry.csv or depth/ is not there.
std::optional<Recording> list_stray_scanner(const std::filesystem::path& folder);

}  // namespace promptdepth
