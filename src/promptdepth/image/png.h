#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/raster.h"

namespace promptdepth {

bool is_png(std::span<const std::byte> bytes);

/// Any PNG: grey of 1 to 16 bits (samples as stored), RGB of 8 and 16 bits, palette (as RGB).
/// Alpha and transparency are left out, colours stay as stored; gamma and profiles are ignored.
Raster decode_png(std::span<const std::byte> bytes, std::string_view where);

/// Encodes interleaved RGB of 8 bits, or grey of 16 bits.
std::vector<std::byte> encode_png_rgb8(int width, int height, std::span<const std::uint8_t> pixels);
std::vector<std::byte> encode_png_grey16(int width, int height,
                                         std::span<const std::uint16_t> pixels);

}  // namespace promptdepth
