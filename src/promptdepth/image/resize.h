#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

// All of these map pixel centres to pixel centres over the same field of view ("align corners" is
// false), clamp at the border, and return an exact copy when the size does not change. `width` and
// `height` are at least 1, the source is not empty; otherwise Error(kInvalidArgument).

/// The mean over each new pixel's area (OpenCV's INTER_AREA), for shrinking without aliasing; where
/// a side grows, each pixel blends at most two of the source's.
Image resize_area(const Image& image, int width, int height);

/// From the 2 × 2 nearest pixels, without a low-pass filter when shrinking.
Image resize_bilinear(const Image& image, int width, int height);
DepthMap resize_bilinear(const DepthMap& map, int width, int height);

/// The pixel whose centre is nearest: invents no depth between a near and a far surface.
DepthMap resize_nearest(const DepthMap& map, int width, int height);

/// From the 4 × 4 nearest pixels, cubic convolution with A = -0.75; overshoots at edges.
DepthMap resize_bicubic(const DepthMap& map, int width, int height);

}  // namespace promptdepth
