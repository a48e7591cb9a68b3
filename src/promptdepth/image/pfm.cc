#include "promptdepth/image/pfm.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

#include "promptdepth/base/error.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kSpaces = " \t\r\n";

[[noreturn]] void malformed(std::string_view where) {
  fail(ErrorKind::kInvalidData,
       "expected a PFM header (Pf, width, height, scale) in {}, found none", where);
}

/// Takes the next word and the single white space after it from the front of `text`.
std::string_view next_word(std::string_view& text, std::string_view where) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  const std::size_t end = text.find_first_of(kSpaces);
  constexpr std::size_t kLongestWord = 32;
  if (end == std::string_view::npos || end > kLongestWord) malformed(where);
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end + 1);
  return word;
}

template <typename T>
T parse(std::string_view word, std::string_view where) {
  T value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) malformed(where);
  return value;
}

float read_float(const char* bytes, bool big_endian) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, bytes, sizeof(bits));
  return std::bit_cast<float>(big_endian ? __builtin_bswap32(bits) : bits);
}

}  // namespace

DepthMap decode_pfm(std::span<const std::byte> bytes, std::string_view where) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (next_word(text, where) != "Pf") malformed(where);
  const auto width = parse<std::uint32_t>(next_word(text, where), where);
  const auto height = parse<std::uint32_t>(next_word(text, where), where);
  const bool big_endian = parse<double>(next_word(text, where), where) > 0.0;
  check_picture_size(width, height, where);
  const std::size_t row_bytes = std::size_t{width} * sizeof(float);
  // A text editor's line end is two bytes, of which next_word() has taken one.
  if (text.size() == row_bytes * height + 1 && text.front() == '\n') text.remove_prefix(1);
  if (text.size() != row_bytes * height) {
    fail(ErrorKind::kInvalidData, "expected {} bytes of pixels in {}, found {}", row_bytes * height,
         where, text.size());
  }
  DepthMap map(static_cast<int>(width), static_cast<int>(height));
  for (int y = 0; y < map.height; ++y) {
    const char* row = text.data() + row_bytes * static_cast<std::size_t>(map.height - 1 - y);
    for (int x = 0; x < map.width; ++x) {
      map.at(x, y) = read_float(row + sizeof(float) * static_cast<std::size_t>(x), big_endian);
    }
  }
  return map;
}

std::vector<std::byte> encode_pfm(const DepthMap& map) {
  const std::string header = fmt::format("Pf\n{} {}\n-1.0\n", map.width, map.height);
  const std::size_t row_bytes = static_cast<std::size_t>(map.width) * sizeof(float);
  std::vector<std::byte> result(header.size() + row_bytes * static_cast<std::size_t>(map.height));
  std::memcpy(result.data(), header.data(), header.size());
  for (int y = 0; y < map.height; ++y) {
    const auto row = static_cast<std::size_t>(map.height - 1 - y);
    std::memcpy(result.data() + header.size() + row * row_bytes,
                &map.values[0] + static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width),
                row_bytes);
  }
  return result;
}

}  // namespace promptdepth
