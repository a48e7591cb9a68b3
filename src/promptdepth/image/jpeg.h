#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {

bool is_jpeg(std::span<const std::byte> bytes);

/// Baseline and progressive JPEG, grey, colour or CMYK, as RGB with the accurate inverse transform.
/// Truncated data throws; lesser damage that leaves every block decoded is logged as a warning.
Raster decode_jpeg(std::span<const std::byte> bytes, std::string_view where);

/// `quality` 1 to 100; colour is stored at full resolution (4:4:4).
std::vector<std::byte> encode_jpeg(const Image& image, int quality);

}  // namespace promptdepth
