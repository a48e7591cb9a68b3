#pragma once

#include <cstdint>

namespace promptdepth {

// Scene seeds are split once and for all, so that nothing that was trained on is ever used to
// judge: seeds from 2^63 on are for training; below, those with bit 62 are for judging (with bit
// 61 the final evaluation, without it a run's own validation, which chooses its best checkpoint);
// the rest is for everybody.

/// Scene `index` (below 2^40) of the training run with recipe seed `run` (below 2^22).
constexpr std::uint64_t training_scene_seed(std::uint64_t run, std::uint64_t index) {
  return (std::uint64_t{1} << 63) | (run << 40) | index;
}

/// Held-out scene `index` (below 2^40) of training runs' validation; the same for every run.
constexpr std::uint64_t validation_scene_seed(std::uint64_t index) {
  return (std::uint64_t{1} << 62) | index;
}

/// Scene `index` (below 2^40) of the evaluation: no run trains on it or chooses by it.
constexpr std::uint64_t evaluation_scene_seed(std::uint64_t index) {
  return (std::uint64_t{3} << 61) | index;
}

}  // namespace promptdepth
