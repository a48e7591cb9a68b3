#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

/// The depths that a network's normalised space [0, 1] stands for (spec 1.1).
struct PromptRange {
  float min_m = 0;
  float max_m = 1;

  /// max_m - min_m, but at least 1 mm, so that a constant prompt has a normalised space too.
  float span_m() const;
  /// (z - min_m) / span; outside [0, 1] for a depth outside the range.
  float normalize(float z_m) const { return (z_m - min_m) / span_m(); }
  /// The inverse of normalize.
  float denormalize(float y) const { return y * span_m() + min_m; }
};

/// The range of the measured pixels (> 0): by default from the least to the greatest, as published;
/// else between two quantiles, 0 <= low_quantile < high_quantile <= 1, interpolated linearly
/// between order statistics. Throws Error(kInvalidData) when no pixel is measured and
/// Error(kInvalidArgument) for other quantiles.
PromptRange measure_range(const DepthMap& measured, double low_quantile = 0,
                          double high_quantile = 1);

/// Throws Error(kInvalidArgument) unless 0 <= low < high <= 1.
void validate_quantiles(double low, double high);

}  // namespace promptdepth
