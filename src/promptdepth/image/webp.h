#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "promptdepth/image/raster.h"

namespace promptdepth {

bool is_webp(std::span<const std::byte> bytes);

/// A still WebP, lossy or lossless, as RGB; alpha is left out. Animations throw
/// Error(kUnsupported).
Raster decode_webp(std::span<const std::byte> bytes, std::string_view where);

}  // namespace promptdepth
