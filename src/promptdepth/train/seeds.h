#pragma once

#include <cstdint>

namespace promptdepth {

// Scene seeds are split once and for all, so that nothing that was trained on is ever used to
// judge: seeds from 2^63 on are for training, from 2^62 to 2^63 for validation, the rest for
// everybody.

/// Scene `index` (below 2^40) of the training run with recipe seed `run` (below 2^22).
constexpr std::uint64_t training_scene_seed(std::uint64_t run, std::uint64_t index) {
  return (std::uint64_t{1} << 63) | (run << 40) | index;
}

/// Held-out scene `index` (below 2^40); the same for every run.
constexpr std::uint64_t validation_scene_seed(std::uint64_t index) {
  return (std::uint64_t{1} << 62) | index;
}

}  // namespace promptdepth
