#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/orientation.h"

namespace promptdepth {

/// What a codec found in a file: the stored sample values, before anyone says what they mean.
struct Raster {
  int width = 0;
  int height = 0;
  int channels = 0;            ///< 1 (grey) or 3 (RGB). Alpha has been left out.
  float full_scale = 0.0F;     ///< The greatest integer sample, such as 255; 0 for floating point.
  std::vector<float> samples;  ///< height × width × channels, exactly as stored.
  ExifOrientation orientation = ExifOrientation::kUpright;
};

/// The most pixels of a picture that is read: 2^28, a square of 16384.
inline constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28;

/// Throws Error(kInvalidData) unless the header's size is of 1 to kMaxPixels pixels. Every decoder
/// calls it before it takes memory.
void check_picture_size(std::uint64_t width, std::uint64_t height, std::string_view where);

/// Throws Error(kInvalidData) when a file is smaller than `least_bytes`, what the format's best
/// compression would need for a picture of this size: its header lies.
void check_file_holds(std::uint64_t width, std::uint64_t height, std::uint64_t least_bytes,
                      std::size_t file_bytes, std::string_view where);

/// Decodes JPEG, PNG, WebP or TIFF, recognised by content. `where` names the source in errors.
/// Throws Error(kInvalidData) for anything else, truncated or malformed data.
Raster decode_raster(std::span<const std::byte> bytes, std::string_view where);

/// The first `channels` of each pixel's `stride` samples, as float32.
template <typename T>
std::vector<float> to_samples(const T* pixels, std::size_t pixel_count, std::size_t stride,
                              std::size_t channels) {
  if (stride == channels) return {pixels, pixels + pixel_count * channels};
  std::vector<float> samples(pixel_count * channels);
  float* out = samples.data();
  for (std::size_t i = 0; i < pixel_count; ++i, pixels += stride) {
    for (std::size_t c = 0; c < channels; ++c) *out++ = static_cast<float>(pixels[c]);
  }
  return samples;
}

}  // namespace promptdepth
