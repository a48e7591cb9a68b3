#pragma once

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/nearest_measured.h"

namespace promptdepth {

/// How holes are interpolated (spec 4.2, 8.2).
struct FillOptions {
  int neighbours = 4;      ///< k, 1 to kMaxNeighbours.
  float rgb_sigma = 0.1F;  ///< σ of the image similarity, colours in [0, 1]; > 0.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Gives every pixel without a measurement (0) the mean of its k nearest measured pixels, weighted
/// by 1/distance · exp(-|ΔRGB|² / (2σ²)); measured pixels stay as they are. `guide` is the image of
/// the same field of view, of any size, or null for the distance alone. With fewer than k measured
/// pixels all of them are used. Throws Error(kInvalidData) when there is none.
DepthMap fill_holes(const DepthMap& measured, const Image* guide = nullptr,
                    const FillOptions& options = {});

}  // namespace promptdepth
