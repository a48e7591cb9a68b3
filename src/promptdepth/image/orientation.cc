#include "promptdepth/image/orientation.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include <libexif/exif-data.h>

namespace promptdepth {
namespace {

struct Pixel {
  int x;
  int y;
};

/// The stored pixel, in a picture of `width` × `height`, that pixel (x, y) of the turned one shows.
Pixel source_of(int x, int y, int width, int height, ExifOrientation orientation) {
  switch (orientation) {
    case ExifOrientation::kUpright:
      break;
    case ExifOrientation::kMirrored:
      return {width - 1 - x, y};
    case ExifOrientation::kRotated180:
      return {width - 1 - x, height - 1 - y};
    case ExifOrientation::kFlipped:
      return {x, height - 1 - y};
    case ExifOrientation::kTransposed:
      return {y, x};
    case ExifOrientation::kRotated90:
      return {y, height - 1 - x};
    case ExifOrientation::kTransversed:
      return {width - 1 - y, height - 1 - x};
    case ExifOrientation::kRotated270:
      return {width - 1 - y, x};
  }
  return {x, y};
}

template <typename Map, typename CopyPixel>
Map turned(const Map& source, ExifOrientation orientation, const CopyPixel& copy) {
  const bool swap = swaps_sides(orientation);
  Map result(swap ? source.height : source.width, swap ? source.width : source.height);
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      copy(source_of(x, y, source.width, source.height, orientation), Pixel{x, y}, result);
    }
  }
  return result;
}

}  // namespace

Image apply_orientation(Image image, ExifOrientation orientation) {
  if (orientation == ExifOrientation::kUpright) return image;
  return turned(image, orientation, [&](Pixel from, Pixel to, Image& result) {
    std::copy_n(image.at(from.x, from.y), 3, result.at(to.x, to.y));
  });
}

DepthMap apply_orientation(DepthMap map, ExifOrientation orientation) {
  if (orientation == ExifOrientation::kUpright) return map;
  return turned(map, orientation, [&](Pixel from, Pixel to, DepthMap& result) {
    result.at(to.x, to.y) = map.at(from.x, from.y);
  });
}

ExifOrientation orientation_from_tag(int value) {
  return value >= 1 && value <= 8 ? static_cast<ExifOrientation>(value) : ExifOrientation::kUpright;
}

ExifOrientation exif_orientation(std::span<const std::byte> jpeg_or_exif) {
  static constexpr unsigned char kPrefix[] = {'E', 'x', 'i', 'f', 0, 0};
  std::vector<unsigned char> prefixed;
  const auto* bytes = reinterpret_cast<const unsigned char*>(jpeg_or_exif.data());
  std::size_t size = std::min<std::size_t>(jpeg_or_exif.size(), std::numeric_limits<int>::max());
  if (size < 4) return ExifOrientation::kUpright;
  if (std::memcmp(bytes, "II*", 3) == 0 || std::memcmp(bytes, "MM", 2) == 0) {
    prefixed.assign(std::begin(kPrefix), std::end(kPrefix));
    prefixed.insert(prefixed.end(), bytes, bytes + size);
    bytes = prefixed.data();
    size = prefixed.size();
  }
  const std::unique_ptr<ExifData, decltype(&exif_data_unref)> data(
      exif_data_new_from_data(bytes, static_cast<unsigned>(size)), exif_data_unref);
  if (!data) return ExifOrientation::kUpright;
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) {
    return ExifOrientation::kUpright;
  }
  return orientation_from_tag(exif_get_short(entry->data, exif_data_get_byte_order(data.get())));
}

}  // namespace promptdepth
