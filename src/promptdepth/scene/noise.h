#pragma once

#include <cstdint>

#include "promptdepth/scene/vec3.h"

namespace promptdepth::scene {

// Cheap, machine-independent noise. No call of libm, whose last bits differ between versions.

inline int fast_floor(float v) {
  const int truncated = static_cast<int>(v);
  return truncated - (v < static_cast<float>(truncated) ? 1 : 0);
}
inline float fraction(float v) { return v - static_cast<float>(fast_floor(v)); }
inline float smooth(float t) { return t * t * (3 - 2 * t); }

/// A hash of a lattice point.
inline std::uint32_t lattice_hash(int x, int y, int z, std::uint32_t seed) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x8da6b343U ^
                    static_cast<std::uint32_t>(y) * 0xd8163841U ^
                    static_cast<std::uint32_t>(z) * 0xcb1ab31fU ^ seed * 0x9e3779b9U;
  h ^= h >> 15;
  h *= 0x2c1b3c6dU;
  h ^= h >> 12;
  h *= 0x297a2d39U;
  return h ^ (h >> 15);
}
/// The same as a number in [0, 1).
inline float lattice_value(int x, int y, int z, std::uint32_t seed) {
  return static_cast<float>(lattice_hash(x, y, z, seed) >> 8) * 0x1p-24F;
}

/// Smooth noise with features of size 1, in [0, 1].
float value_noise(Vec3 p, std::uint32_t seed);
float value_noise(float u, float v, std::uint32_t seed);

/// Octaves of value_noise, each twice as fine and half as strong, in [0, 1]. Octaves finer than
/// `footprint` (in the units of p) are left out.
float fractal_noise(Vec3 p, std::uint32_t seed, int octaves, float footprint);

}  // namespace promptdepth::scene
