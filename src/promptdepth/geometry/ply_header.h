#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

enum class PlyFormat : std::uint8_t { kAscii, kLittleEndian, kBigEndian };
enum class PlyType : std::uint8_t { kI8, kU8, kI16, kU16, kI32, kU32, kF32, kF64 };

std::size_t byte_count(PlyType type);

struct PlyProperty {
  std::string name = {};
  PlyType type = PlyType::kF32;
  std::optional<PlyType> count_type = {};  ///< Of a list: what its length is stored as.
};

struct PlyElement {
  std::string name = {};
  std::uint64_t count = 0;  ///< As claimed; at most as many as the bytes behind the header.
  std::vector<PlyProperty> properties = {};
};

struct PlyHeader {
  PlyFormat format = PlyFormat::kAscii;
  std::vector<PlyElement> elements = {};
  std::size_t bytes = 0;  ///< Where the data begin.
};

/// The text before a PLY file's data. Throws Error(kInvalidData) that names `where` for what is not
/// one, and for elements that cannot fit into the file.
PlyHeader parse_ply_header(std::span<const std::byte> file, std::string_view where);

}  // namespace promptdepth
