#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

struct GuidedFilterOptions {
  int radius_px = 8;      ///< Of the box windows, image pixels; at least 1.
  float epsilon = 1e-3F;  ///< Regularisation, colours in [0, 1] squared; above 0.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// The guided filter with a colour guide (He et al. 2010) on the bilinearly upsampled prompt, in
/// units of its range, so that scaling the prompt scales the result.
DepthMap guided_filter_upsample(const DepthMap& prompt, const Image& image,
                                const GuidedFilterOptions& options = {});

}  // namespace promptdepth
