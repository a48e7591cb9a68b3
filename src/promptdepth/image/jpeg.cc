#include "promptdepth/image/jpeg.h"

#include <cstdint>
#include <memory>
#include <string>

#include <turbojpeg.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/image/quantize.h"

namespace promptdepth {
namespace {

// Each block of 64 pixels costs at least a bit; a little more than that is allowed.
constexpr std::size_t kMaxPixelsPerByte = 2048;

using Handle = std::unique_ptr<void, decltype(&tjDestroy)>;

Handle checked(tjhandle handle) {
  if (handle == nullptr) fail(ErrorKind::kOutOfMemory, "cannot start the JPEG codec");
  return {handle, tjDestroy};
}

/// libjpeg goes on after most damage and reports it as a warning. Missing data is an error here.
void judge(const Handle& handle, int result, std::string_view where) {
  if (result == 0) return;
  const std::string reason = tjGetErrorStr2(handle.get());
  const bool truncated = reason.find("remature end") != std::string::npos;
  if (tjGetErrorCode(handle.get()) == TJERR_FATAL || truncated) {
    fail(ErrorKind::kInvalidData, "cannot decode the JPEG picture in {}: {}", where, reason);
  }
  log_warning("the JPEG picture in {} is damaged: {}", where, reason);
}

/// Adobe's CMYK is stored inverted: a full sample is no ink.
void cmyk_to_rgb(std::vector<std::uint8_t>& pixels) {
  for (std::size_t in = 0, out = 0; in < pixels.size(); in += 4, out += 3) {
    const unsigned black = pixels[in + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      pixels[out + c] = static_cast<std::uint8_t>((pixels[in + c] * black + 127) / 255);
    }
  }
}

}  // namespace

bool is_jpeg(std::span<const std::byte> bytes) {
  return bytes.size() >= 3 && bytes[0] == std::byte{0xff} && bytes[1] == std::byte{0xd8} &&
         bytes[2] == std::byte{0xff};
}

Raster decode_jpeg(std::span<const std::byte> bytes, std::string_view where) {
  const Handle handle = checked(tjInitDecompress());
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  Raster raster;
  int subsampling = 0;
  int colour_space = 0;
  judge(handle,
        tjDecompressHeader3(handle.get(), data, bytes.size(), &raster.width, &raster.height,
                            &subsampling, &colour_space),
        where);
  check_picture_size(static_cast<std::uint64_t>(raster.width),
                     static_cast<std::uint64_t>(raster.height), where);
  const auto pixel_count =
      static_cast<std::size_t>(raster.width) * static_cast<std::size_t>(raster.height);
  check_file_holds(static_cast<std::uint64_t>(raster.width),
                   static_cast<std::uint64_t>(raster.height), pixel_count / kMaxPixelsPerByte,
                   bytes.size(), where);
  const bool cmyk = colour_space == TJCS_CMYK || colour_space == TJCS_YCCK;
  std::vector<std::uint8_t> pixels(pixel_count * (cmyk ? 4 : 3));
  // Damaged progressive files can hold thousands of scans, each of which costs a full pass.
  constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  judge(handle,
        tjDecompress2(handle.get(), data, bytes.size(), pixels.data(), raster.width, 0,
                      raster.height, cmyk ? TJPF_CMYK : TJPF_RGB, kFlags),
        where);
  if (cmyk) cmyk_to_rgb(pixels);
  raster.channels = 3;
  raster.full_scale = 255.0F;
  raster.samples = to_samples(pixels.data(), pixel_count, 3, 3);
  raster.orientation = exif_orientation(bytes);
  return raster;
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  const Handle handle = checked(tjInitCompress());
  const std::vector<std::uint8_t> pixels = quantize_8bit(image);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  const int result = tjCompress2(handle.get(), pixels.data(), image.width, 0, image.height,
                                 TJPF_RGB, &data, &size, TJSAMP_444, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, decltype(&tjFree)> owner(data, tjFree);
  if (result != 0) {
    fail(ErrorKind::kInvalidArgument, "cannot encode {} x {} pixels as JPEG: {}", image.width,
         image.height, tjGetErrorStr2(handle.get()));
  }
  const auto encoded = std::as_bytes(std::span(data, size));
  return {encoded.begin(), encoded.end()};
}

}  // namespace promptdepth
