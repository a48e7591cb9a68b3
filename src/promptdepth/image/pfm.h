#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// Portable float map, one channel ("Pf"), either byte order; its rows run from bottom to top. The
/// size of the header's scale is ignored, as everyone does. Throws Error(kInvalidData).
DepthMap decode_pfm(std::span<const std::byte> bytes, std::string_view where);

std::vector<std::byte> encode_pfm(const DepthMap& map);

}  // namespace promptdepth
