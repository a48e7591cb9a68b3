#pragma once

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/fill.h"
#include "promptdepth/prompt/range.h"

namespace promptdepth {

/// What networks are given for a prompt.
struct DensePrompt {
  DepthMap depth;     ///< Metres, without holes.
  DepthMap measured;  ///< The same size: 1 where `depth` was measured, 0 where it was filled.
  PromptRange range;  ///< Of the measured pixels only.
};

/// How a raw prompt becomes a DensePrompt.
struct PromptOptions {
  CleanOptions clean = {};
  FillOptions fill = {};
  double low_quantile = 0;   ///< Of the measured depths that make the range; see measure_range.
  double high_quantile = 1;  ///< 0 and 1: the least and the greatest, as published.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Cleans a prompt of any resolution and density, reduces it to at most the size of `image`, and
/// fills its holes. `image` has the same field of view and the size at which the network will run;
/// it guides the filling. Throws Error(kInvalidData) when either is empty or nothing was measured.
DensePrompt prepare_prompt(const DepthMap& raw, const Image& image,
                           const PromptOptions& options = {});

/// A map of measurements and zeros with fewer pixels, width × height at most its own: each pixel is
/// the mean of the measurements that fall into it, or 0 if there is none. Measurements more than
/// 5 % nearer or farther than the one closest to the pixel's centre belong to another surface and
/// are left out, so that no depth is made up between two.
DepthMap reduce_measured(const DepthMap& measured, int width, int height);

}  // namespace promptdepth
