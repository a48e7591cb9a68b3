#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// round(255 v) of every value, clamped to 0..255; NaN becomes 0.
std::vector<std::uint8_t> quantize_8bit(const Image& image);

/// Depth in whole millimetres, rounded; 65535 for 65.535 m and more, 0 for what is not a positive
/// number.
std::vector<std::uint16_t> quantize_millimetres(const DepthMap& depth);

}  // namespace promptdepth
