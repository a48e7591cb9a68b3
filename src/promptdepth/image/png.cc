#include "promptdepth/image/png.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include <spng.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using Context = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;

constexpr std::string_view kSignature{"\x89PNG\r\n\x1a\n", 8};
constexpr std::size_t kMaxChunkBytes = std::size_t{64} << 20;
// Deflate cannot expand by more.
constexpr std::uint64_t kMaxDeflateRatio = 1032;

Context make_context(int flags) {
  Context context(spng_ctx_new(flags), spng_ctx_free);
  if (!context) fail(ErrorKind::kOutOfMemory, "cannot start the PNG codec");
  return context;
}

void judge(int result, std::string_view where) {
  if (result == SPNG_OK) return;
  fail(ErrorKind::kInvalidData, "cannot decode the PNG picture in {}: {}", where,
       spng_strerror(result));
}

/// In which form spng hands out the pixels, and what of it we keep.
struct PixelFormat {
  spng_format format;
  std::size_t sample_bytes;
  std::size_t stride;  ///< Samples per pixel handed out.
};

PixelFormat choose_format(const spng_ihdr& header) {
  if (header.color_type == SPNG_COLOR_TYPE_GRAYSCALE) {
    return header.bit_depth == 16 ? PixelFormat{SPNG_FMT_PNG, 2, 1}
                                  : PixelFormat{SPNG_FMT_G8, 1, 1};
  }
  return header.bit_depth == 16 ? PixelFormat{SPNG_FMT_RGBA16, 2, 4}
                                : PixelFormat{SPNG_FMT_RGB8, 1, 3};
}

std::vector<float> decode_samples(spng_ctx* context, const Raster& raster, PixelFormat pixel,
                                  std::string_view where) {
  const auto channels = static_cast<std::size_t>(raster.channels);
  const auto count =
      static_cast<std::size_t>(raster.width) * static_cast<std::size_t>(raster.height);
  std::vector<std::uint16_t> wide(pixel.sample_bytes == 2 ? count * pixel.stride : 0);
  std::vector<std::uint8_t> narrow(pixel.sample_bytes == 1 ? count * pixel.stride : 0);
  void* pixels = wide.empty() ? static_cast<void*>(narrow.data()) : wide.data();
  judge(spng_decode_image(context, pixels, count * pixel.stride * pixel.sample_bytes, pixel.format,
                          0),
        where);
  return wide.empty() ? to_samples(narrow.data(), count, pixel.stride, channels)
                      : to_samples(wide.data(), count, pixel.stride, channels);
}

ExifOrientation orientation_of(spng_ctx* context) {
  spng_exif exif = {};
  if (spng_get_exif(context, &exif) != SPNG_OK) return ExifOrientation::kUpright;
  return exif_orientation(std::as_bytes(std::span(exif.data, exif.length)));
}

std::vector<std::byte> encode(const spng_ihdr& header, const void* pixels, std::size_t size) {
  const Context context = make_context(SPNG_CTX_ENCODER);
  spng_ihdr copy = header;
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  // zlib's fastest level and two of the five filters: files of photos' depth maps grow by a sixth,
  // and take an eighth of the time.
  spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 1);
  spng_set_option(context.get(), SPNG_FILTER_CHOICE,
                  SPNG_FILTER_CHOICE_SUB | SPNG_FILTER_CHOICE_UP);
  int result = spng_set_ihdr(context.get(), &copy);
  if (result == SPNG_OK) {
    result = spng_encode_image(context.get(), pixels, size, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  }
  std::size_t encoded_size = 0;
  void* encoded = nullptr;
  if (result == SPNG_OK) {
    encoded = spng_get_png_buffer(context.get(), &encoded_size, &result);
  }
  const std::unique_ptr<void, decltype(&std::free)> owner(encoded, std::free);
  if (result != SPNG_OK || encoded == nullptr) {
    fail(ErrorKind::kInvalidArgument, "cannot encode {} x {} pixels as PNG: {}", header.width,
         header.height, spng_strerror(result));
  }
  const std::span bytes(static_cast<const std::byte*>(encoded), encoded_size);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

bool is_png(std::span<const std::byte> bytes) {
  return bytes.size() >= kSignature.size() &&
         std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) == 0;
}

Raster decode_png(std::span<const std::byte> bytes, std::string_view where) {
  const Context context = make_context(0);
  spng_set_chunk_limits(context.get(), kMaxChunkBytes, kMaxChunkBytes);
  judge(spng_set_png_buffer(context.get(), bytes.data(), bytes.size()), where);
  spng_ihdr header = {};
  judge(spng_get_ihdr(context.get(), &header), where);
  check_picture_size(header.width, header.height, where);
  const std::uint64_t row_bytes = (std::uint64_t{header.width} * header.bit_depth + 7) / 8;
  check_file_holds(header.width, header.height, header.height * row_bytes / kMaxDeflateRatio,
                   bytes.size(), where);
  const bool grey = (header.color_type & SPNG_COLOR_TYPE_TRUECOLOR) == 0;
  Raster raster;
  raster.width = static_cast<int>(header.width);
  raster.height = static_cast<int>(header.height);
  raster.channels = grey ? 1 : 3;
  raster.full_scale = header.bit_depth == 16 ? 65535.0F : 255.0F;
  raster.samples = decode_samples(context.get(), raster, choose_format(header), where);
  if (grey && header.bit_depth < 8) {
    // spng spreads 1, 2 and 4 bits over 0..255; undo it, exactly, to have the stored samples.
    const auto stored_full_scale = static_cast<float>((1U << header.bit_depth) - 1);
    const float step = raster.full_scale / stored_full_scale;
    for (float& sample : raster.samples) sample /= step;
    raster.full_scale = stored_full_scale;
  }
  judge(spng_decode_chunks(context.get()), where);
  raster.orientation = orientation_of(context.get());
  return raster;
}

std::vector<std::byte> encode_png_rgb8(int width, int height,
                                       std::span<const std::uint8_t> pixels) {
  const spng_ihdr header{static_cast<std::uint32_t>(width),
                         static_cast<std::uint32_t>(height),
                         8,
                         SPNG_COLOR_TYPE_TRUECOLOR,
                         0,
                         0,
                         SPNG_INTERLACE_NONE};
  return encode(header, pixels.data(), pixels.size_bytes());
}

std::vector<std::byte> encode_png_grey16(int width, int height,
                                         std::span<const std::uint16_t> pixels) {
  const spng_ihdr header{static_cast<std::uint32_t>(width),
                         static_cast<std::uint32_t>(height),
                         16,
                         SPNG_COLOR_TYPE_GRAYSCALE,
                         0,
                         0,
                         SPNG_INTERLACE_NONE};
  return encode(header, pixels.data(), pixels.size_bytes());
}

}  // namespace promptdepth
