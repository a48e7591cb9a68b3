#include "promptdepth/tensor/in_quotes.h"

#include <fmt/format.h>

namespace promptdepth {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMaxBytes = 80;
  std::string result = "'";
  for (const char c : text.substr(0, kMaxBytes)) {
    if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result + (text.size() > kMaxBytes ? "...'" : "'");
}

}  // namespace promptdepth
