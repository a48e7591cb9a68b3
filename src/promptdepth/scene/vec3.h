#pragma once

#include <cmath>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {

/// Three floats: a point or direction in metres (world z is up), or a linear RGB colour.
struct Vec3 {
  float x = 0;
  float y = 0;
  float z = 0;
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
inline Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline Vec3 operator*(float s, Vec3 a) { return a * s; }
inline Vec3& operator+=(Vec3& a, Vec3 b) { return a = a + b; }
inline Vec3& operator*=(Vec3& a, float s) { return a = a * s; }

inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) { return std::sqrt(dot(a, a)); }
/// The unit vector along a; z when a is zero.
inline Vec3 normalized(Vec3 a) {
  const float squared = dot(a, a);
  return squared > 0 ? a * (1 / std::sqrt(squared)) : Vec3{0, 0, 1};
}
inline float mix(float a, float b, float t) { return a + (b - a) * t; }
inline Vec3 mix(Vec3 a, Vec3 b, float t) { return a + (b - a) * t; }
inline float clamp01(float v) { return v < 0 ? 0.0F : (v > 1 ? 1.0F : v); }
inline float luminance(Vec3 c) { return 0.2126F * c.x + 0.7152F * c.y + 0.0722F * c.z; }

/// A right-handed orthonormal frame: where an object stands in the world, and how it is turned.
struct Frame {
  Vec3 origin;
  Vec3 x{1, 0, 0};
  Vec3 y{0, 1, 0};
  Vec3 z{0, 0, 1};

  Vec3 direction(Vec3 local) const { return x * local.x + y * local.y + z * local.z; }
  Vec3 point(Vec3 local) const { return origin + direction(local); }
  Vec3 local_direction(Vec3 world) const { return {dot(world, x), dot(world, y), dot(world, z)}; }
  Vec3 local_point(Vec3 world) const { return local_direction(world - origin); }

  /// The frame `child`, which is given in this frame's coordinates, in world coordinates.
  Frame operator*(const Frame& child) const {
    return {point(child.origin), direction(child.x), direction(child.y), direction(child.z)};
  }
  /// This frame moved by `offset`, given in its own coordinates.
  Frame moved(Vec3 offset) const { return {point(offset), x, y, z}; }
};

/// A frame at `origin`, turned by `yaw_rad` around the vertical.
inline Frame upright(Vec3 origin, float yaw_rad) {
  const float c = portable::cos(yaw_rad);
  const float s = portable::sin(yaw_rad);
  return {origin, {c, s, 0}, {-s, c, 0}, {0, 0, 1}};
}

/// A frame at `origin` whose z axis points along `axis`; its turn around it is arbitrary but fixed.
inline Frame along(Vec3 origin, Vec3 axis) {
  const Vec3 z = normalized(axis);
  const Vec3 helper = std::fabs(z.z) < 0.9F ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  const Vec3 x = normalized(cross(helper, z));
  return {origin, x, cross(z, x), z};
}

/// Rotations by `angle_rad` around the axes of the frame they are multiplied to.
inline Frame turned_x(float angle_rad) {
  const float c = portable::cos(angle_rad);
  const float s = portable::sin(angle_rad);
  return {{}, {1, 0, 0}, {0, c, s}, {0, -s, c}};
}
inline Frame turned_y(float angle_rad) {
  const float c = portable::cos(angle_rad);
  const float s = portable::sin(angle_rad);
  return {{}, {c, 0, -s}, {0, 1, 0}, {s, 0, c}};
}
inline Frame turned_z(float angle_rad) { return upright({}, angle_rad); }

}  // namespace promptdepth::scene
