#include "promptdepth/scene/noise.h"

#include <array>

namespace promptdepth::scene {

namespace {

/// The values at the corners of a cell of the lattice, x fastest.
struct Cell {
  int x = 0;
  int y = 0;
  int z = 0;
  std::uint32_t seed = 0;
  bool known = false;
  std::array<float, 8> corners{};

  bool is(int other_x, int other_y, int other_z, std::uint32_t other_seed) const {
    return x == other_x && y == other_y && z == other_z && seed == other_seed && known;
  }
};

/// Out of line, so that the common case stays short.
[[gnu::noinline]] void compute(Cell& cell, int x, int y, int z, std::uint32_t seed) {
  const auto row = [&](int dy, int dz, std::size_t k) {
    cell.corners[k] = lattice_value(x, y + dy, z + dz, seed);
    cell.corners[k + 1] = lattice_value(x + 1, y + dy, z + dz, seed);
  };
  row(0, 0, 0);
  row(1, 0, 2);
  row(0, 1, 4);
  row(1, 1, 6);
  cell = {x, y, z, seed, true, cell.corners};
}

/// Neighbouring pixels mostly ask for a cell again: one is kept per thread and low bits of the
/// seed, of which the octaves of a fractal have consecutive ones.
const Cell& cell_at(int x, int y, int z, std::uint32_t seed) {
  constexpr std::size_t kKept = 64;
  thread_local std::array<Cell, kKept> kept;
  Cell& cell = kept[seed % kKept];
  if (!cell.is(x, y, z, seed)) compute(cell, x, y, z, seed);
  return cell;
}

}  // namespace

float value_noise(Vec3 p, std::uint32_t seed) {
  const int x = fast_floor(p.x);
  const int y = fast_floor(p.y);
  const int z = fast_floor(p.z);
  const std::array<float, 8>& corners = cell_at(x, y, z, seed).corners;
  const float fx = smooth(p.x - static_cast<float>(x));
  const float fy = smooth(p.y - static_cast<float>(y));
  const float fz = smooth(p.z - static_cast<float>(z));
  const auto row = [&](std::size_t k) { return mix(corners[k], corners[k + 1], fx); };
  return mix(mix(row(0), row(2), fy), mix(row(4), row(6), fy), fz);
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
