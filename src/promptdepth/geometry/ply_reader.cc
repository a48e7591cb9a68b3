#include "promptdepth/geometry/ply_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "promptdepth/base/error.h"
#include "promptdepth/base/mapped_file.h"
#include "promptdepth/geometry/ply_header.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little);

/// The numbers behind a header, one after the other.
class NumberReader {
 public:
  NumberReader(std::span<const std::byte> data, PlyFormat format, std::string_view where)
      : rest_(data), format_(format), where_(where) {}

  double next(PlyType type) {
    return format_ == PlyFormat::kAscii ? next_text() : next_binary(type);
  }

  /// The length of a list, whose entries must be there.
  std::uint64_t next_length(PlyType count_type, PlyType entry_type) {
    const double length = next(count_type);
    const std::size_t entry_bytes = format_ == PlyFormat::kAscii ? 2 : byte_count(entry_type);
    const std::size_t most =
        (rest_.size() + 1) / entry_bytes;  // A text's last blank may be missing.
    if (!(length >= 0 && length <= static_cast<double>(most))) {
      refuse("a list that fits into the file");
    }
    return static_cast<std::uint64_t>(length);
  }

  [[noreturn]] void refuse(std::string_view expected) const {
    fail(ErrorKind::kInvalidData, "expected {} in '{}', found none {} bytes before its end",
         expected, where_, rest_.size());
  }

 private:
  double next_binary(PlyType type) {
    switch (type) {
      case PlyType::kI8:
        return take<std::int8_t>();
      case PlyType::kU8:
        return take<std::uint8_t>();
      case PlyType::kI16:
        return take<std::int16_t>();
      case PlyType::kU16:
        return take<std::uint16_t>();
      case PlyType::kI32:
        return take<std::int32_t>();
      case PlyType::kU32:
        return take<std::uint32_t>();
      case PlyType::kF32:
        return take<float>();
      case PlyType::kF64:
        break;
    }
    return take<double>();
  }

  template <typename T>
  T take() {
    if (rest_.size() < sizeof(T)) refuse("more numbers");
    std::array<std::byte, sizeof(T)> bytes{};
    std::memcpy(bytes.data(), rest_.data(), sizeof(T));
    if (format_ == PlyFormat::kBigEndian) std::reverse(bytes.begin(), bytes.end());
    rest_ = rest_.subspan(sizeof(T));
    return std::bit_cast<T>(bytes);
  }

  double next_text() {
    const char* begin = reinterpret_cast<const char*>(rest_.data());
    const char* const end = begin + rest_.size();
    while (begin != end && (*begin == ' ' || *begin == '\n' || *begin == '\r' || *begin == '\t')) {
      ++begin;
    }
    if (begin != end && *begin == '+') ++begin;
    double value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc()) refuse("more numbers");
    rest_ = rest_.last(static_cast<std::size_t>(end - stop));
    return value;
  }

  std::span<const std::byte> rest_;
  PlyFormat format_;
  std::string_view where_;
};

/// What to do with the property of an element.
enum class Use : std::uint8_t { kX, kY, kZ, kRed, kGreen, kBlue, kSkip };

Use use_of(const PlyProperty& property) {
  constexpr std::array<std::string_view, 6> kNames = {"x", "y", "z", "red", "green", "blue"};
  const auto found = std::find(kNames.begin(), kNames.end(), property.name);
  if (found == kNames.end() || property.count_type) return Use::kSkip;
  const auto use = static_cast<Use>(found - kNames.begin());
  const bool is_color = use >= Use::kRed;
  const bool known = property.type == PlyType::kU8 || property.type == PlyType::kF32 ||
                     property.type == PlyType::kF64;
  return is_color && !known ? Use::kSkip : use;
}

bool has_all(const std::vector<Use>& uses, std::initializer_list<Use> wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](Use use) {
    return std::find(uses.begin(), uses.end(), use) != uses.end();
  });
}

std::uint8_t color_of(double value, PlyType type) {
  const double level = type == PlyType::kU8 ? value : 255.0 * value;
  return static_cast<std::uint8_t>(
      std::lround(std::isnan(level) ? 0.0 : std::clamp(level, 0.0, 255.0)));
}

void skip(NumberReader& numbers, const PlyProperty& property) {
  const std::uint64_t entries =
      property.count_type ? numbers.next_length(*property.count_type, property.type) : 1;
  for (std::uint64_t i = 0; i < entries; ++i) numbers.next(property.type);
}

PointCloud read_vertices(NumberReader& numbers, const PlyElement& element) {
  std::vector<Use> uses;
  for (const PlyProperty& property : element.properties) uses.push_back(use_of(property));
  if (!has_all(uses, {Use::kX, Use::kY, Use::kZ})) numbers.refuse("vertices with x, y and z");
  const bool colored = has_all(uses, {Use::kRed, Use::kGreen, Use::kBlue});
  PointCloud cloud;
  cloud.positions_m.reserve(element.count);
  if (colored) cloud.colors.reserve(element.count);
  for (std::uint64_t i = 0; i < element.count; ++i) {
    Vec3f position = Vec3f::Zero();
    Rgb8 color{};
    for (std::size_t k = 0; k < uses.size(); ++k) {
      const PlyProperty& property = element.properties[k];
      if (uses[k] == Use::kSkip) {
        skip(numbers, property);
      } else if (uses[k] < Use::kRed) {
        position[static_cast<int>(uses[k])] = static_cast<float>(numbers.next(property.type));
      } else {
        const auto channel = static_cast<std::size_t>(uses[k]) - 3;
        color[channel] = color_of(numbers.next(property.type), property.type);
      }
    }
    if (!position.allFinite()) numbers.refuse("finite coordinates");
    cloud.positions_m.push_back(position);
    if (colored) cloud.colors.push_back(color);
  }
  return cloud;
}

std::uint32_t next_corner(NumberReader& numbers, PlyType type) {
  const double corner = numbers.next(type);
  if (!(corner >= 0 && corner <= std::numeric_limits<std::uint32_t>::max())) {
    numbers.refuse("corners of faces that are vertices");
  }
  return static_cast<std::uint32_t>(corner);
}

void read_polygon(NumberReader& numbers, const PlyProperty& property,
                  std::vector<Triangle>& triangles) {
  const std::uint64_t corners = numbers.next_length(*property.count_type, property.type);
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  for (std::uint64_t i = 0; i < corners; ++i) {
    const std::uint32_t corner = next_corner(numbers, property.type);
    if (i == 0) first = corner;
    if (i >= 2) triangles.push_back({first, last, corner});
    last = corner;
  }
}

std::vector<Triangle> read_faces(NumberReader& numbers, const PlyElement& element) {
  std::vector<Triangle> triangles;
  for (std::uint64_t i = 0; i < element.count; ++i) {
    for (const PlyProperty& property : element.properties) {
      const bool corners = property.name == "vertex_indices" || property.name == "vertex_index";
      if (corners && property.count_type) {
        read_polygon(numbers, property, triangles);
      } else {
        skip(numbers, property);
      }
    }
  }
  return triangles;
}

void check_corners(const Mesh& mesh, const NumberReader& numbers) {
  const std::size_t count = mesh.vertices.positions_m.size();
  for (const Triangle& triangle : mesh.triangles) {
    if (*std::max_element(triangle.begin(), triangle.end()) >= count) {
      numbers.refuse("corners of faces that are vertices");
    }
  }
}

}  // namespace

Mesh decode_ply(std::span<const std::byte> bytes, std::string_view where) {
  const PlyHeader header = parse_ply_header(bytes, where);
  NumberReader numbers(bytes.subspan(header.bytes), header.format, where);
  Mesh mesh;
  for (const PlyElement& element : header.elements) {
    if (element.name == "vertex") {
      mesh.vertices = read_vertices(numbers, element);
    } else if (element.name == "face") {
      mesh.triangles = read_faces(numbers, element);
    } else {
      for (std::uint64_t i = 0; i < element.count; ++i) {
        for (const PlyProperty& property : element.properties) skip(numbers, property);
      }
    }
  }
  if (mesh.vertices.positions_m.empty()) numbers.refuse("vertices");
  check_corners(mesh, numbers);
  return mesh;
}

Mesh read_ply(const std::filesystem::path& path) {
  return decode_ply(MappedFile::open(path)->bytes(), path.string());
}

}  // namespace promptdepth
