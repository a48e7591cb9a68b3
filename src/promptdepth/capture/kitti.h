#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// The left colour camera and the scanner, as KITTI's calibration files have them.
struct KittiCalibration {
  Intrinsics intrinsics;  ///< Of the rectified pictures, without their size.
  Eigen::Isometry3d camera_from_lidar = Eigen::Isometry3d::Identity();
  Eigen::Isometry3d camera_from_camera0 = Eigen::Isometry3d::Identity();  ///< Of the poses.
};

/// Reads lines of `NAME: numbers`: P2 (or P_rect_02), 3×4; R0_rect (R_rect, R_rect_00), 3×3, if it
/// is there; Tr_velo_to_cam (Tr_velo_cam, Tr), 3×4, or R and T. `where` names the source in errors.
/// Throws Error(kInvalidData) when P2 or the scanner's place is missing or makes no sense.
KittiCalibration parse_kitti_calibration(std::string_view text, std::string_view where);

/// KITTI's pictures with Velodyne sweeps, projected into them as prompts:
///   object    image_2/N.png, velodyne/N.bin, calib/N.txt
///   odometry  image_2/N.png, velodyne/N.bin, calib.txt, times.txt, poses.txt (or
///             ../../poses/SEQUENCE.txt: 3×4 per line, of camera 0)        (the last two optional)
///   raw       image_02/data/N.png, velodyne_points/data/N.bin, and calib_cam_to_cam.txt and
///             calib_velo_to_cam.txt here or in the folder above
///   small     N.png, N.bin, N_cam2_K.txt (3×3), N_lidar2cam2.txt (camera_from_lidar, 4×4)
/// Nothing when none of them is there.
std::optional<Recording> list_kitti(const std::filesystem::path& folder);

}  // namespace promptdepth
