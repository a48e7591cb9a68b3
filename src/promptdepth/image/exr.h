#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/image.h"

namespace promptdepth {

bool is_exr(std::span<const std::byte> bytes);

/// One channel of an OpenEXR picture: Z, else Y, else R, else the only one there is. Throws
/// Error(kInvalidData) when it is malformed or has none of these.
DepthMap decode_exr(std::span<const std::byte> bytes, std::string_view where);

/// One float32 channel Z, uncompressed.
std::vector<std::byte> encode_exr(const DepthMap& map);

}  // namespace promptdepth
