#include "promptdepth/image/codec.h"

#include <string>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/file_ending.h"
#include "promptdepth/image/jpeg.h"
#include "promptdepth/image/png.h"
#include "promptdepth/image/quantize.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{2} << 30;

Image to_image(Raster raster, std::string_view where) {
  if (raster.full_scale == 0.0F) {
    fail(ErrorKind::kUnsupported, "expected a picture of 8 or 16 bits in {}, found floating point",
         where);
  }
  Image image;
  image.width = raster.width;
  image.height = raster.height;
  if (raster.channels == 3) {
    image.rgb = std::move(raster.samples);
  } else {
    image.rgb.reserve(3 * raster.samples.size());
    for (const float sample : raster.samples) image.rgb.insert(image.rgb.end(), 3, sample);
  }
  for (float& value : image.rgb) value /= raster.full_scale;
  return image;
}

std::vector<std::byte> encode_image(const std::filesystem::path& path, const Image& image,
                                    const WriteImageOptions& options) {
  const std::string ending = file_ending(path);
  if (ending == ".png") return encode_png_rgb8(image.width, image.height, quantize_8bit(image));
  if (ending == ".jpg" || ending == ".jpeg") return encode_jpeg(image, options.jpeg_quality);
  fail(ErrorKind::kInvalidArgument,
       "expected a picture's name to end in .png, .jpg or .jpeg, found '{}'", path.string());
}

}  // namespace

LoadedImage decode_image(std::span<const std::byte> bytes, std::string_view where,
                         const ReadImageOptions& options) {
  Raster raster = decode_raster(bytes, where);
  LoadedImage loaded;
  if (options.apply_exif) loaded.orientation = raster.orientation;
  loaded.image = apply_orientation(to_image(std::move(raster), where), loaded.orientation);
  return loaded;
}

LoadedImage read_image(const std::filesystem::path& path, const ReadImageOptions& options) {
  return decode_image(read_file(path, kMaxFileBytes), fmt::format("'{}'", path.string()), options);
}

void write_image(const std::filesystem::path& path, const Image& image,
                 const WriteImageOptions& options) {
  write_file_atomically(path, encode_image(path, image, options));
}

}  // namespace promptdepth
