#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "promptdepth/image/raster.h"

namespace promptdepth {

bool is_tiff(std::span<const std::byte> bytes);

/// The first page of a TIFF: grey or RGB of 8 or 16 bits or float32, in strips or tiles, any
/// compression libtiff knows; other colour models (palette, YCbCr, ...) of 8 bits as libtiff
/// converts them to RGB. Extra channels such as alpha are left out. Throws Error(kUnsupported) for
/// separate colour planes and other sample types.
Raster decode_tiff(std::span<const std::byte> bytes, std::string_view where);

}  // namespace promptdepth
