#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// Longest JSON header that is read, as in the official implementation.
inline constexpr std::uint64_t kMaxSafetensorsHeaderBytes = 100'000'000;

/// A tensor and where its elements lie among the bytes after the header.
struct SafetensorsEntry {
  TensorInfo info;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  ///< In ascending order of name.
  std::map<std::string, std::string> metadata;
  std::size_t data_offset = 0;  ///< Where the elements start in the file.
};

/// Parses and checks the beginning of a file; afterwards every entry lies inside `content` and
/// holds just the bytes of its shape, and entries neither overlap nor leave gaps. Throws
/// Error(kInvalidData) or, for other dtypes, Error(kUnsupported); `description` says where.
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> content,
                                           std::string_view description);

/// The length and the header, padded with spaces to a multiple of eight bytes. `entries` may come
/// in any order.
std::string format_safetensors_header(std::span<const SafetensorsEntry> entries,
                                      const std::map<std::string, std::string>& metadata);

}  // namespace promptdepth
