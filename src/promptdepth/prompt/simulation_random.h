#pragma once

#include <algorithm>
#include <cstdint>

#include "promptdepth/base/random.h"

namespace promptdepth {

inline constexpr float kNearest_m = 1e-3F;  ///< Noise makes no simulated depth smaller than this.

/// What the random numbers of a simulated sensor are for. Each defect has a stream of its own, so
/// that switching one off leaves the others as they were.
enum class Stream : std::uint64_t {
  kKeepClean = 1,
  kShift,
  kDropout,
  kNoise,
  kBias,
  kBleed,
  kHoles,
  kPick,
  kJitter,
  kDetection,
  kHighlight,
  kSurface,
  kFootprint,
  kFlying,
  kOffset,
  kPhase,
  kBeams,
  kCalibration,
  kPosition,
  kOutliers,
};

inline Random random_stream(std::uint64_t seed, Stream which) {
  return Random(splitmix64(seed) ^ static_cast<std::uint64_t>(which));
}

/// A depth with a relative error of the given standard deviation.
inline float noisy(float z, float relative_sigma, Random& random) {
  return std::max(z * (1 + relative_sigma * random.normal()), kNearest_m);
}

}  // namespace promptdepth
