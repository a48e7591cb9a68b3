#include "promptdepth/capture/pose_track.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "promptdepth/capture/pose.h"
#include "promptdepth/capture/text_lines.h"

namespace promptdepth {
namespace {

/// A track from lines of `count` numbers that begin with the time; `to_pose` gets the others.
template <typename ToPose>
PoseTrack parse_track(std::string_view text, std::size_t count, const ToPose& to_pose,
                      ProblemList& problems) {
  PoseTrack track;
  for (const std::string_view line : lines_of(text)) {
    const auto numbers = parse_numbers(line, count);
    std::optional<Eigen::Isometry3d> pose;
    if (numbers && numbers->size() == count && std::isfinite(numbers->front())) {
      pose = to_pose(std::span<const double>(*numbers).subspan(1));
    }
    if (pose) {
      track.add(numbers->front(), *pose);
    } else {
      problems.add("lines of the trajectory left out", fmt::format("'{}'", line.substr(0, 60)));
    }
  }
  return track;
}

std::optional<Eigen::Isometry3d> from_axis_angle(std::span<const double> n) {
  const Eigen::Vector3d turn(n[0], n[1], n[2]);
  const Eigen::Vector3d position_m(n[3], n[4], n[5]);
  if (!turn.allFinite() || !position_m.allFinite()) return std::nullopt;
  const double angle = turn.norm();
  Eigen::Isometry3d camera_from_world = Eigen::Isometry3d::Identity();
  if (angle > 0) {
    camera_from_world.linear() = Eigen::AngleAxisd(angle, turn / angle).toRotationMatrix();
  }
  camera_from_world.translation() = position_m;
  return camera_from_world.inverse();
}

}  // namespace

void PoseTrack::add(double time_s, const Eigen::Isometry3d& world_from_camera) {
  poses_.insert_or_assign(time_s, world_from_camera);
}

std::optional<Eigen::Isometry3d> PoseTrack::at(double time_s, double max_gap_s) const {
  const auto after = poses_.lower_bound(time_s);
  if (after != poses_.end() && after->first == time_s) return after->second;
  const bool between = after != poses_.begin() && after != poses_.end();
  if (between) {
    const auto before = std::prev(after);
    const double gap = after->first - before->first;
    if (gap <= max_gap_s) {
      return interpolate(before->second, after->second, (time_s - before->first) / gap);
    }
  }
  std::optional<Eigen::Isometry3d> nearest;
  double distance = 0.5 * max_gap_s;
  const auto consider = [&](const auto& neighbour) {
    if (std::abs(neighbour->first - time_s) > distance) return;
    distance = std::abs(neighbour->first - time_s);
    nearest = neighbour->second;
  };
  if (after != poses_.end()) consider(after);
  if (after != poses_.begin()) consider(std::prev(after));
  return nearest;
}

PoseTrack parse_tum_trajectory(std::string_view text, ProblemList& problems) {
  return parse_track(
      text, 8,
      [](std::span<const double> n) {
        return pose_from_quaternion({n[0], n[1], n[2]}, n[3], n[4], n[5], n[6]);
      },
      problems);
}

PoseTrack parse_arkitscenes_trajectory(std::string_view text, ProblemList& problems) {
  return parse_track(text, 7, from_axis_angle, problems);
}

}  // namespace promptdepth
