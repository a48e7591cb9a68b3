#include "promptdepth/image/webp.h"

#include <cstring>
#include <memory>
#include <vector>

#include <webp/decode.h>
#include <webp/demux.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

ExifOrientation orientation_of(std::span<const std::byte> bytes) {
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  const std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> demuxer(WebPDemux(&data),
                                                                         WebPDemuxDelete);
  WebPChunkIterator chunk = {};
  if (!demuxer || WebPDemuxGetChunk(demuxer.get(), "EXIF", 1, &chunk) == 0) {
    return ExifOrientation::kUpright;
  }
  const ExifOrientation orientation =
      exif_orientation(std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)));
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

}  // namespace

bool is_webp(std::span<const std::byte> bytes) {
  return bytes.size() >= 12 && std::memcmp(bytes.data(), "RIFF", 4) == 0 &&
         std::memcmp(bytes.data() + 8, "WEBP", 4) == 0;
}

Raster decode_webp(std::span<const std::byte> bytes, std::string_view where) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPBitstreamFeatures features = {};
  if (WebPGetFeatures(data, bytes.size(), &features) != VP8_STATUS_OK) {
    fail(ErrorKind::kInvalidData, "expected a WebP picture in {}, found a malformed header", where);
  }
  if (features.has_animation != 0) {
    fail(ErrorKind::kUnsupported, "expected a still WebP picture in {}, found an animation", where);
  }
  check_picture_size(static_cast<std::uint64_t>(features.width),
                     static_cast<std::uint64_t>(features.height), where);
  Raster raster;
  raster.width = features.width;
  raster.height = features.height;
  raster.channels = 3;
  raster.full_scale = 255.0F;
  const auto pixel_count =
      static_cast<std::size_t>(raster.width) * static_cast<std::size_t>(raster.height);
  std::vector<std::uint8_t> pixels(3 * pixel_count);
  if (WebPDecodeRGBInto(data, bytes.size(), pixels.data(), pixels.size(), 3 * raster.width) ==
      nullptr) {
    fail(ErrorKind::kInvalidData,
         "expected {} x {} pixels of WebP in {}, found truncated or malformed data", raster.width,
         raster.height, where);
  }
  raster.samples = to_samples(pixels.data(), pixel_count, 3, 3);
  raster.orientation = orientation_of(bytes);
  return raster;
}

}  // namespace promptdepth
