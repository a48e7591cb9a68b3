#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

// What one would do with a prompt without a network. All take a filled prompt (no holes) of any
// resolution and return a map of the image's size, covering the same field of view. The guided
// filter has its own file, guided_filter.h.

DepthMap upsample_nearest(const DepthMap& prompt, int width, int height);
DepthMap upsample_bilinear(const DepthMap& prompt, int width, int height);

/// Weights of prompt pixel p for image pixel i: exp(-|i - p|² / (2 σs²)) · exp(-|ΔRGB|² / (2 σc²)),
/// the distance in image pixels, the colour at p that of the image on the prompt's grid. Where the
/// window holds more than 9×9 prompt pixels, that many of them count, evenly spaced.
struct JointFilterOptions {
  /// σs, image pixels; prompt pixels within 2.5 σs count, and always the four nearest. Above 0, at
  /// most 1000.
  float spatial_sigma_px;
  float rgb_sigma;  ///< σc, colours in [0, 1]; above 0.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

// Round numbers; bench/tune_baselines.cc finds better ones on training frames.
inline constexpr JointFilterOptions kJointBilateralDefaults{.spatial_sigma_px = 5,
                                                            .rgb_sigma = 0.1F};
inline constexpr JointFilterOptions kWeightedMedianDefaults{.spatial_sigma_px = 5,
                                                            .rgb_sigma = 0.1F};

/// The weighted mean (Kopf et al. 2007).
DepthMap joint_bilateral_upsample(const DepthMap& prompt, const Image& image,
                                  const JointFilterOptions& options = kJointBilateralDefaults);

/// The weighted median (Ma et al. 2013): no depth between two surfaces.
DepthMap weighted_median_upsample(const DepthMap& prompt, const Image& image,
                                  const JointFilterOptions& options = kWeightedMedianDefaults);

}  // namespace promptdepth
