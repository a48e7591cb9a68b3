#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "promptdepth/fusion/posed_depth.h"

namespace promptdepth::testing {

using Eigen::Vector3d;

/// Where a ray origin + s direction first meets a surface: the least s > 0.
using Surface =
    std::function<std::optional<double>(const Vector3d& origin, const Vector3d& direction)>;

/// The plane normal · p = offset.
inline Surface plane(const Vector3d& normal, double offset) {
  return [=](const Vector3d& origin, const Vector3d& direction) -> std::optional<double> {
    const double s = (offset - normal.dot(origin)) / normal.dot(direction);
    return s > 0 && std::isfinite(s) ? std::optional(s) : std::nullopt;
  };
}

inline Surface sphere(const Vector3d& center, double radius) {
  return [=](const Vector3d& origin, const Vector3d& direction) -> std::optional<double> {
    const Vector3d to = origin - center;
    const double a = direction.squaredNorm();
    const double b = to.dot(direction);
    const double root = b * b - a * (to.squaredNorm() - radius * radius);
    if (root < 0) return std::nullopt;
    const double s = (-b - std::sqrt(root)) / a;
    return s > 0 ? std::optional(s) : std::nullopt;
  };
}

/// The box from `low` to `high`: from outside its front, from inside its walls.
inline Surface box(const Vector3d& low, const Vector3d& high) {
  return [=](const Vector3d& origin, const Vector3d& direction) -> std::optional<double> {
    double enter = -std::numeric_limits<double>::infinity();
    double leave = std::numeric_limits<double>::infinity();
    for (int axis = 0; axis < 3; ++axis) {
      double a = (low[axis] - origin[axis]) / direction[axis];
      double b = (high[axis] - origin[axis]) / direction[axis];
      if (a > b) std::swap(a, b);
      enter = std::max(enter, a);
      leave = std::min(leave, b);
    }
    if (enter > leave || leave <= 0) return std::nullopt;
    return enter > 0 ? enter : leave;
  };
}

/// The nearest of both.
inline Surface either(Surface first, Surface second) {
  return [=](const Vector3d& origin, const Vector3d& direction) -> std::optional<double> {
    const auto a = first(origin, direction);
    const auto b = second(origin, direction);
    return a && b ? std::optional(std::min(*a, *b)) : (a ? a : b);
  };
}

/// From `eye` towards `target`, world z up.
inline Eigen::Isometry3d looking_at(const Vector3d& eye, const Vector3d& target) {
  const Vector3d forward = (target - eye).normalized();
  Vector3d right = forward.cross(Vector3d::UnitZ());
  right = right.norm() > 1e-6 ? right.normalized() : Vector3d::UnitX();
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  pose.linear().col(0) = right;
  pose.linear().col(1) = forward.cross(right);
  pose.linear().col(2) = forward;
  pose.translation() = eye;
  return pose;
}

/// The surface's exact depth at pixel centres; every point's colour is its position, cut to 0..1.
inline PosedDepth exact_view(const Surface& surface, const Intrinsics& camera,
                             const Eigen::Isometry3d& world_from_camera) {
  PosedDepth view{.name = "exact",
                  .depth = DepthMap(camera.width, camera.height),
                  .color = Image(camera.width, camera.height),
                  .intrinsics = camera,
                  .world_from_camera = world_from_camera};
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      const Vector3d ray((x - camera.cx) / camera.fx, (y - camera.cy) / camera.fy, 1.0);
      const Vector3d direction = world_from_camera.linear() * ray;
      const auto s = surface(world_from_camera.translation(), direction);
      if (!s) continue;
      view.depth.at(x, y) = static_cast<float>(*s);
      const Vector3d point = world_from_camera.translation() + *s * direction;
      for (int c = 0; c < 3; ++c) {
        view.color.at(x, y)[c] = static_cast<float>(std::clamp(point[c], 0.0, 1.0));
      }
    }
  }
  return view;
}

/// `count` poses on a circle of this radius and height around `target`, which they look at.
inline std::vector<Eigen::Isometry3d> orbit(const Vector3d& target, double radius_m,
                                            double height_m, int count) {
  std::vector<Eigen::Isometry3d> poses;
  for (int i = 0; i < count; ++i) {
    const double angle = 2 * std::numbers::pi * i / count;
    poses.push_back(looking_at(
        target + Vector3d(radius_m * std::cos(angle), radius_m * std::sin(angle), height_m),
        target));
  }
  return poses;
}

inline Intrinsics camera_for_test(int width = 320, int height = 240, double focal_px = 280) {
  return {focal_px, focal_px, 0.5 * (width - 1), 0.5 * (height - 1), width, height};
}

}  // namespace promptdepth::testing
