#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

/// Gaussian blur of the measured pixels (> 0): each becomes the weighted mean of the measured ones
/// within 3σ, holes stay holes. σ in pixels; 0 leaves the map as it is.
DepthMap blur_measured(const DepthMap& depth, float sigma_px);

}  // namespace promptdepth
