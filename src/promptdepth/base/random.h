#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace promptdepth {

/// The splitmix64 mixer: a bijection of 64-bit integers whose outputs look random.
inline std::uint64_t splitmix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A small generator that gives the same numbers from the same seed on every machine (the
/// distributions of <random> do not). Copyable; one per thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(splitmix64(seed)) {}

  std::uint64_t next_u64() { return splitmix64(state_ += 0x9e3779b97f4a7c15ULL); }

  /// Uniform in [0, 1), 24 bits.
  float uniform() { return static_cast<float>(next_u64() >> 40) * 0x1p-24F; }
  float uniform(float low, float high) { return low + (high - low) * uniform(); }

  /// Uniform in [0, count); count > 0.
  std::uint64_t below(std::uint64_t count) { return next_u64() % count; }

  bool chance(float probability) { return uniform() < probability; }

  /// Standard normal (Box-Muller).
  float normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - static_cast<double>(uniform())));
    return static_cast<float>(radius *
                              std::cos(2.0 * std::numbers::pi * static_cast<double>(uniform())));
  }

 private:
  std::uint64_t state_;
};

}  // namespace promptdepth
