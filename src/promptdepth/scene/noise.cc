#include "promptdepth/scene/noise.h"

namespace promptdepth::scene {

float value_noise(Vec3 p, std::uint32_t seed) {
  const int x = fast_floor(p.x);
  const int y = fast_floor(p.y);
  const int z = fast_floor(p.z);
  const float fx = smooth(p.x - static_cast<float>(x));
  const float fy = smooth(p.y - static_cast<float>(y));
  const float fz = smooth(p.z - static_cast<float>(z));
  const auto row = [&](int dy, int dz) {
    return mix(lattice_value(x, y + dy, z + dz, seed), lattice_value(x + 1, y + dy, z + dz, seed),
               fx);
  };
  return mix(mix(row(0, 0), row(1, 0), fy), mix(row(0, 1), row(1, 1), fy), fz);
}

float value_noise(float u, float v, std::uint32_t seed) {
  const int x = fast_floor(u);
  const int y = fast_floor(v);
  const float fx = smooth(u - static_cast<float>(x));
  const float fy = smooth(v - static_cast<float>(y));
  return mix(mix(lattice_value(x, y, 0, seed), lattice_value(x + 1, y, 0, seed), fx),
             mix(lattice_value(x, y + 1, 0, seed), lattice_value(x + 1, y + 1, 0, seed), fx), fy);
}

float fractal_noise(Vec3 p, std::uint32_t seed, int octaves, float footprint) {
  float sum = 0;
  float total = 0;
  float weight = 1;
  for (int octave = 0; octave < octaves; ++octave) {
    total += weight;
    const float keep = clamp01(2 - 2 * footprint);
    if (keep > 0) {
      sum += weight * mix(0.5F, value_noise(p, seed + static_cast<std::uint32_t>(octave)), keep);
    } else {
      sum += weight * 0.5F;
    }
    weight *= 0.5F;
    p = p * 2.03F;
    footprint *= 2.03F;
  }
  return sum / total;
}

}  // namespace promptdepth::scene
