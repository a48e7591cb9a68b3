#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace promptdepth {

// Poses as recordings store them. A pose with a number that is not finite, or whose rotation is
// none, is nothing: trackers write such rows when they are lost.

/// The numbers of a text, separated by white space or commas, NaN and infinities included; nothing
/// when there is anything else in it, or more than `most`.
std::optional<std::vector<double>> parse_numbers(std::string_view text, std::size_t most);

/// From 12 or 16 numbers of [R t; 0 0 0 1] by rows. R may be off a rotation by what 3 digits lose;
/// the nearest rotation is taken.
std::optional<Eigen::Isometry3d> pose_from_matrix(std::span<const double> row_major);

/// The same from a text file; nothing also when it cannot be read.
std::optional<Eigen::Isometry3d> read_pose_matrix(const std::filesystem::path& path);

/// From a position and a quaternion of any length but 0, x first.
std::optional<Eigen::Isometry3d> pose_from_quaternion(const Eigen::Vector3d& position_m, double qx,
                                                      double qy, double qz, double qw);

/// world_from_camera for a camera with x right, y up, z backward (OpenGL, ARKit), as one for this
/// project's camera, x right, y down, z forward.
Eigen::Isometry3d from_opengl_camera(const Eigen::Isometry3d& world_from_opengl_camera);

/// Between two poses: `share` 0 is `a`, 1 is `b`; straight in position, at constant speed in turn.
Eigen::Isometry3d interpolate(const Eigen::Isometry3d& a, const Eigen::Isometry3d& b, double share);

}  // namespace promptdepth
