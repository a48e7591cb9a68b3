#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "promptdepth/capture/frame.h"

namespace promptdepth {

/// What a camera sees inside a box of 4 × 3 × 5 m around the world's origin, in closed form: the
/// nearest of the walls that each ray meets.
inline DepthMap box_room_depth(const Eigen::Isometry3d& world_from_camera, const Intrinsics& k) {
  const Eigen::Vector3d half(2, 1.5, 2.5);
  DepthMap depth(k.width, k.height);
  for (int y = 0; y < k.height; ++y) {
    for (int x = 0; x < k.width; ++x) {
      // Of unit z, so that the way along it is the planar depth.
      const Eigen::Vector3d ray_in_camera((x - k.cx) / k.fx, (y - k.cy) / k.fy, 1);
      const Eigen::Vector3d ray = world_from_camera.linear() * ray_in_camera;
      const Eigen::Vector3d from = world_from_camera.translation();
      double z = std::numeric_limits<double>::infinity();
      for (int axis = 0; axis < 3; ++axis) {
        if (ray[axis] == 0) continue;
        z = std::min(z, (std::copysign(half[axis], ray[axis]) - from[axis]) / ray[axis]);
      }
      depth.at(x, y) = static_cast<float>(z);
    }
  }
  return depth;
}

/// Frame `number` of a walk along an arc of a metre and a half in that room, looking about.
inline Frame box_room_frame(int number) {
  const double t = 0.05 * number;
  Frame frame{.name = "frame " + std::to_string(number), .time_s = 0.1 * number};
  frame.intrinsics =
      Intrinsics{.fx = 60, .fy = 60, .cx = 31.5, .cy = 23.5, .width = 64, .height = 48};
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  pose.linear() = (Eigen::AngleAxisd(0.8 * std::sin(t), Eigen::Vector3d::UnitY()) *
                   Eigen::AngleAxisd(0.3 * std::cos(1.7 * t), Eigen::Vector3d::UnitX()) *
                   Eigen::AngleAxisd(0.2 * std::sin(2.3 * t), Eigen::Vector3d::UnitZ()))
                      .toRotationMatrix();
  pose.translation() = Eigen::Vector3d(0.9 * std::sin(t), 0.4 * std::cos(t), -0.8 + 0.2 * t);
  frame.world_from_camera = pose;
  frame.prompt = box_room_depth(pose, *frame.intrinsics);
  return frame;
}

}  // namespace promptdepth
