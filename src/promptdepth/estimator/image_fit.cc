#include "promptdepth/estimator/image_fit.h"

#include <algorithm>
#include <cstdint>

#include "promptdepth/base/error.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {

ImageSize fit_size(ImageSize photo, int max_size_px, int multiple) {
  const std::int64_t long_side = std::max(photo.width, photo.height);
  const std::int64_t limit = std::int64_t{max_size_px / multiple} * multiple;
  const bool shrink = max_size_px > 0 && long_side > limit;
  const auto fit_side = [&](std::int64_t side) {
    const std::int64_t scaled = shrink ? side * limit / long_side : side;
    return static_cast<int>(scaled / multiple * multiple);
  };
  const ImageSize size{fit_side(photo.width), fit_side(photo.height)};
  if (size.width == 0 || size.height == 0) {
    fail(ErrorKind::kInvalidData,
         "expected a photo of at least {0}x{0} pixels at the network's size, found {1}x{2} before "
         "and "
         "{3}x{4} after scaling to at most {5} pixels",
         multiple, photo.width, photo.height, size.width, size.height, max_size_px);
  }
  return size;
}

Image fit_image(const Image& photo, int max_size_px, int multiple) {
  const ImageSize size = fit_size({photo.width, photo.height}, max_size_px, multiple);
  return resize_area(photo, size.width, size.height);
}

}  // namespace promptdepth
