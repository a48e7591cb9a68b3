#include "promptdepth/image/raster.h"

#include "promptdepth/base/error.h"
#include "promptdepth/image/jpeg.h"
#include "promptdepth/image/png.h"
#include "promptdepth/image/tiff.h"
#include "promptdepth/image/webp.h"

namespace promptdepth {

void check_picture_size(std::uint64_t width, std::uint64_t height, std::string_view where) {
  if (width == 0 || height == 0 || width > kMaxPixels || height > kMaxPixels / width) {
    fail(ErrorKind::kInvalidData, "expected a picture of 1 to {} pixels in {}, found {} x {}",
         kMaxPixels, where, width, height);
  }
}

void check_file_holds(std::uint64_t width, std::uint64_t height, std::uint64_t least_bytes,
                      std::size_t file_bytes, std::string_view where) {
  if (file_bytes < least_bytes) {
    fail(ErrorKind::kInvalidData, "expected at least {} bytes for {} x {} pixels in {}, found {}",
         least_bytes, width, height, where, file_bytes);
  }
}

Raster decode_raster(std::span<const std::byte> bytes, std::string_view where) {
  if (is_jpeg(bytes)) return decode_jpeg(bytes, where);
  if (is_png(bytes)) return decode_png(bytes, where);
  if (is_webp(bytes)) return decode_webp(bytes, where);
  if (is_tiff(bytes)) return decode_tiff(bytes, where);
  fail(ErrorKind::kInvalidData,
       "expected a JPEG, PNG, WebP or TIFF picture in {}, found {} bytes of something else", where,
       bytes.size());
}

}  // namespace promptdepth
