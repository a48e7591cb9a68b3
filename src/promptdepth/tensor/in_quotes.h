#pragma once

#include <string>
#include <string_view>

namespace promptdepth {

/// `text` from an untrusted file, fit for a message: in single quotes, control and non-ASCII bytes
/// as \xNN, cut to 80 bytes.
std::string in_quotes(std::string_view text);

}  // namespace promptdepth
