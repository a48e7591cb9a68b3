#pragma once

#include <Eigen/Geometry>
#include <map>
#include <optional>
#include <string_view>

#include "promptdepth/capture/problem_list.h"

namespace promptdepth {

/// world_from_camera at moments of a recording.
class PoseTrack {
 public:
  void add(double time_s, const Eigen::Isometry3d& world_from_camera);

  bool empty() const { return poses_.empty(); }

  /// The pose at that time, between its two neighbours when they are at most `max_gap_s` apart,
  /// else the nearer neighbour when it is at most half of that away; else nothing.
  std::optional<Eigen::Isometry3d> at(double time_s, double max_gap_s) const;

 private:
  std::map<double, Eigen::Isometry3d> poses_;
};

/// TUM's trajectories: lines of `time tx ty tz qx qy qz qw`, # starts a comment; world_from_camera
/// with this project's axes. Other lines go to `problems`.
PoseTrack parse_tum_trajectory(std::string_view text, ProblemList& problems);

/// ARKitScenes' .traj: lines of `time ax ay az tx ty tz`, the rotation as axis times angle in
/// radians; camera_from_world with this project's axes. Other lines go to `problems`.
PoseTrack parse_arkitscenes_trajectory(std::string_view text, ProblemList& problems);

}  // namespace promptdepth
