#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// Scattered points, left unfilled.
struct SparsePointsOptions {
  int count = 500;  ///< All valid pixels when there are fewer; at least 1.
  float noise = 0;  ///< Standard deviation, relative to the depth.

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// A map of the ground truth's size with exactly `count` distinct measured pixels, each valid pixel
/// equally likely, and zeros.
DepthMap simulate_sparse_points(const DepthMap& ground_truth, const SparsePointsOptions& options,
                                std::uint64_t seed);

}  // namespace promptdepth
