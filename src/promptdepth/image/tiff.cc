#include "promptdepth/image/tiff.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <tiffio.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

// Zstandard packs a block of 128 KiB of equal bytes into four, and is the best of libtiff's codecs.
constexpr std::size_t kMaxExpansion = 1 << 16;

/// The bytes libtiff reads, its position in them, and the first thing it complained about.
struct Source {
  std::span<const std::byte> bytes;
  std::uint64_t position = 0;
  std::string complaint;
};

tmsize_t read_source(thandle_t handle, void* target, tmsize_t size) {
  auto& source = *static_cast<Source*>(handle);
  const std::uint64_t left =
      source.bytes.size() - std::min<std::uint64_t>(source.position, source.bytes.size());
  const std::uint64_t count = std::min(left, static_cast<std::uint64_t>(size));
  if (count > 0) std::memcpy(target, source.bytes.data() + source.position, count);
  source.position += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t refuse_to_write(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
  auto& source = *static_cast<Source*>(handle);
  if (whence == SEEK_CUR) offset += source.position;
  if (whence == SEEK_END) offset += source.bytes.size();
  return source.position = offset;
}

int close_source(thandle_t) { return 0; }

toff_t size_of_source(thandle_t handle) { return static_cast<Source*>(handle)->bytes.size(); }

int keep_complaint(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& complaint = static_cast<Source*>(user)->complaint;
  char text[256];
  // NOLINTNEXTLINE(clang-diagnostic-format-nonliteral): the format is libtiff's own.
  if (complaint.empty() && std::vsnprintf(text, sizeof(text), format, arguments) > 0) {
    complaint = text;
  }
  return 1;
}

int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

using File = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

[[noreturn]] void fail_to_decode(const Source& source, std::string_view where) {
  fail(ErrorKind::kInvalidData, "cannot decode the TIFF picture in {}: {}", where,
       source.complaint.empty() ? "malformed data" : source.complaint);
}

File open(Source& source, std::string_view where) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
      TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_complaint, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
  constexpr tmsize_t kMaxAllocation = tmsize_t{1} << 31;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  // "m": do not map the file into memory; it is there already.
  File file(TIFFClientOpenExt("", "rm", &source, read_source, refuse_to_write, seek_source,
                              close_source, size_of_source, nullptr, nullptr, options.get()),
            TIFFClose);
  if (!file) fail_to_decode(source, where);
  return file;
}

struct Layout {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t bits = 1;
  std::uint16_t samples_per_pixel = 1;
  std::uint16_t sample_format = SAMPLEFORMAT_UINT;
  std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
  std::uint16_t planes = PLANARCONFIG_CONTIG;
  std::uint16_t orientation = ORIENTATION_TOPLEFT;

  bool is_grey() const {
    return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
  }
  bool is_plain() const { return is_grey() || photometric == PHOTOMETRIC_RGB; }
  bool is_float() const { return sample_format == SAMPLEFORMAT_IEEEFP && bits == 32; }
  bool is_integer() const {
    return sample_format == SAMPLEFORMAT_UINT && (bits == 8 || bits == 16);
  }
  std::size_t pixel_count() const { return std::size_t{width} * height; }
  std::size_t bytes_per_pixel() const { return std::size_t{samples_per_pixel} * bits / 8; }
};

Layout read_layout(TIFF* file, std::string_view where) {
  Layout layout;
  TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &layout.width);
  TIFFGetField(file, TIFFTAG_IMAGELENGTH, &layout.height);
  TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &layout.bits);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &layout.samples_per_pixel);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &layout.sample_format);
  TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &layout.photometric);
  TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &layout.planes);
  TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &layout.orientation);
  check_picture_size(layout.width, layout.height, where);
  return layout;
}

/// A rectangle of whole pixels as the file stores them: a tile, or a strip of rows.
struct Block {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 0;  ///< Of its rows in memory; may reach beyond the picture.
  std::uint32_t height = 0;
};

void copy_block(const Layout& layout, const Block& block, const std::vector<std::byte>& content,
                std::vector<std::byte>& pixels) {
  const std::size_t pixel = layout.bytes_per_pixel();
  const std::uint32_t columns = std::min(block.width, layout.width - block.x);
  const std::uint32_t rows = std::min(block.height, layout.height - block.y);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::byte* from = content.data() + std::size_t{row} * block.width * pixel;
    const std::size_t to = (std::size_t{block.y + row} * layout.width + block.x) * pixel;
    std::memcpy(pixels.data() + to, from, columns * pixel);
  }
}

/// The first tile, or strip, of a file. Files of small pictures may have tiles of a usual size, so
/// these may be somewhat larger than the picture; but the file must be able to hold one.
Block first_block(TIFF* file, const Layout& layout, const Source& source, std::string_view where) {
  Block block{0, 0, layout.width, layout.height};
  if (TIFFIsTiled(file) == 0) {
    TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, &block.height);
    block.height = std::min(block.height, layout.height);
  } else {
    constexpr std::uint32_t kUsualTile_px = 2048;
    constexpr std::uint32_t kTileStep_px = 16;
    TIFFGetField(file, TIFFTAG_TILEWIDTH, &block.width);
    TIFFGetField(file, TIFFTAG_TILELENGTH, &block.height);
    const bool fits = block.width <= std::max(layout.width + kTileStep_px, kUsualTile_px) &&
                      block.height <= std::max(layout.height + kTileStep_px, kUsualTile_px);
    if (!fits) {
      fail(ErrorKind::kInvalidData,
           "expected tiles for a TIFF of {} x {} pixels in {}, found tiles of {} x {}",
           layout.width, layout.height, where, block.width, block.height);
    }
  }
  check_picture_size(block.width, block.height, where);
  check_file_holds(
      block.width, block.height,
      std::size_t{block.width} * block.height * layout.bytes_per_pixel() / kMaxExpansion,
      source.bytes.size(), where);
  return block;
}

/// All pixels, row by row, in the machine's byte order. Samples of one pixel lie together.
std::vector<std::byte> read_pixels(TIFF* file, const Layout& layout, Block block,
                                   const Source& source, std::string_view where) {
  const bool tiled = TIFFIsTiled(file) != 0;
  const std::size_t block_bytes =
      std::size_t{block.width} * block.height * layout.bytes_per_pixel();
  std::vector<std::byte> content(block_bytes);
  std::vector<std::byte> pixels(layout.pixel_count() * layout.bytes_per_pixel());
  std::uint32_t index = 0;
  for (block.y = 0; block.y < layout.height; block.y += block.height) {
    for (block.x = 0; block.x < layout.width; block.x += block.width, ++index) {
      const auto size = static_cast<tmsize_t>(block_bytes);
      const std::uint32_t rows = std::min(block.height, layout.height - block.y);
      const auto needed =
          static_cast<tmsize_t>(tiled ? block_bytes : block_bytes / block.height * rows);
      const tmsize_t read = tiled ? TIFFReadEncodedTile(file, index, content.data(), size)
                                  : TIFFReadEncodedStrip(file, index, content.data(), size);
      if (read < needed) fail_to_decode(source, where);
      copy_block(layout, block, content, pixels);
    }
  }
  return pixels;
}

Raster decode_plain(TIFF* file, const Layout& layout, const Block& block, const Source& source,
                    std::string_view where) {
  constexpr std::uint16_t kMostSamples = 8;
  Raster raster;
  raster.channels = layout.is_grey() ? 1 : 3;
  const auto channels = static_cast<std::size_t>(raster.channels);
  if (layout.samples_per_pixel < channels || layout.samples_per_pixel > kMostSamples) {
    fail(ErrorKind::kInvalidData, "expected {} to {} samples per pixel of TIFF in {}, found {}",
         channels, kMostSamples, where, layout.samples_per_pixel);
  }
  const std::vector<std::byte> pixels = read_pixels(file, layout, block, source, where);
  const std::size_t stride = layout.samples_per_pixel;
  const std::size_t count = layout.pixel_count();
  if (layout.is_float()) {
    raster.samples =
        to_samples(reinterpret_cast<const float*>(pixels.data()), count, stride, channels);
  } else if (layout.bits == 16) {
    raster.full_scale = 65535.0F;
    raster.samples =
        to_samples(reinterpret_cast<const std::uint16_t*>(pixels.data()), count, stride, channels);
  } else {
    raster.full_scale = 255.0F;
    raster.samples =
        to_samples(reinterpret_cast<const std::uint8_t*>(pixels.data()), count, stride, channels);
  }
  if (layout.photometric == PHOTOMETRIC_MINISWHITE && layout.is_integer()) {
    for (float& sample : raster.samples) sample = raster.full_scale - sample;
  }
  return raster;
}

/// Palettes, YCbCr, CMYK and the like: libtiff's own conversion to 8-bit RGBA, packed from the
/// least significant byte on.
Raster decode_converted(TIFF* file, const Layout& layout, const Source& source,
                        std::string_view where) {
  std::vector<std::uint32_t> pixels(layout.pixel_count());
  // Asking for the orientation it has keeps the pixels as stored.
  if (TIFFReadRGBAImageOriented(file, layout.width, layout.height, pixels.data(),
                                layout.orientation, 1) == 0) {
    fail_to_decode(source, where);
  }
  Raster raster;
  raster.channels = 3;
  raster.full_scale = 255.0F;
  raster.samples =
      to_samples(reinterpret_cast<const std::uint8_t*>(pixels.data()), pixels.size(), 4, 3);
  return raster;
}

}  // namespace

bool is_tiff(std::span<const std::byte> bytes) {
  return bytes.size() >= 8 &&
         (std::memcmp(bytes.data(), "II*\0", 4) == 0 ||
          std::memcmp(bytes.data(), "MM\0*", 4) == 0 ||
          std::memcmp(bytes.data(), "II+\0", 4) == 0 || std::memcmp(bytes.data(), "MM\0+", 4) == 0);
}

Raster decode_tiff(std::span<const std::byte> bytes, std::string_view where) {
  Source source{bytes, 0, {}};
  const File file = open(source, where);
  const Layout layout = read_layout(file.get(), where);
  const bool plain = layout.is_plain() && layout.planes == PLANARCONFIG_CONTIG &&
                     (layout.is_integer() || layout.is_float());
  if (!plain && (layout.bits > 8 || layout.sample_format != SAMPLEFORMAT_UINT)) {
    fail(ErrorKind::kUnsupported,
         "expected a TIFF of 8 or 16 bits or float32 with interleaved samples in {}, found {} bits "
         "of sample format {}, planar configuration {}, photometric interpretation {}",
         where, layout.bits, layout.sample_format, layout.planes, layout.photometric);
  }
  check_file_holds(layout.width, layout.height,
                   layout.pixel_count() * layout.bytes_per_pixel() / kMaxExpansion, bytes.size(),
                   where);
  const Block block = first_block(file.get(), layout, source, where);
  Raster raster = plain ? decode_plain(file.get(), layout, block, source, where)
                        : decode_converted(file.get(), layout, source, where);
  raster.width = static_cast<int>(layout.width);
  raster.height = static_cast<int>(layout.height);
  raster.orientation = orientation_from_tag(layout.orientation);
  return raster;
}

}  // namespace promptdepth
