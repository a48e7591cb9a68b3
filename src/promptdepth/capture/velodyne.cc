#include "promptdepth/capture/velodyne.h"

#include <array>
#include <bit>
#include <cstring>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little, "sweeps are read as they lie");

using Record = std::array<float, 4>;

constexpr std::size_t kMostPoints = std::size_t{1} << 24;

}  // namespace

std::vector<Vec3f> decode_velodyne(std::span<const std::byte> bytes, std::string_view where) {
  const std::size_t count = bytes.size() / sizeof(Record);
  if (count == 0 || count > kMostPoints || bytes.size() % sizeof(Record) != 0) {
    fail(ErrorKind::kInvalidData,
         "expected 1 to {} points of {} bytes in '{}', found {} bytes in all", kMostPoints,
         sizeof(Record), where, bytes.size());
  }
  std::vector<Vec3f> points;
  points.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Record record = {};
    std::memcpy(record.data(), bytes.data() + i * sizeof(Record), sizeof(Record));
    const Vec3f point(record[0], record[1], record[2]);
    if (point.allFinite()) points.push_back(point);
  }
  return points;
}

std::vector<Vec3f> read_velodyne(const std::filesystem::path& path) {
  return decode_velodyne(read_file(path, kMostPoints * sizeof(Record)), path.string());
}

}  // namespace promptdepth
