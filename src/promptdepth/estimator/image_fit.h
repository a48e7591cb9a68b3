#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

struct ImageSize {
  int width = 0;
  int height = 0;

  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// The size a network runs at (spec 2.1): with M the largest multiple of `multiple` not above
/// `max_size_px`, a photo whose long side exceeds M is scaled by M/long; then both sides are
/// rounded down to multiples. max_size_px 0 means no limit. The published loader computes this in
/// floating point and loses one patch for some sizes (994 instead of 1008); here the arithmetic is
/// exact. Throws Error(kInvalidData) when a side would be 0.
ImageSize fit_size(ImageSize photo, int max_size_px, int multiple);

/// The photo at that size by area averaging; the photo itself, bit by bit, when it has that size
/// already.
Image fit_image(const Image& photo, int max_size_px, int multiple);

}  // namespace promptdepth
