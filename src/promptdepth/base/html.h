#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace promptdepth {

/// Text as it may stand in HTML, also inside a quoted attribute.
std::string html_escaped(std::string_view text);

/// RFC 4648, with padding.
std::string base64(std::span<const std::byte> bytes);

}  // namespace promptdepth
