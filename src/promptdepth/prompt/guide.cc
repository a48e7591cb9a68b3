#include "promptdepth/prompt/guide.h"

#include "promptdepth/base/error.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
Guide::Guide(const Image& image, int width, int height) : image_(&image) {
  if (image.empty()) {
    fail(ErrorKind::kInvalidArgument, "prompt: expected an image as guide, found an empty one");
  }
  if (image.width == width && image.height == height) return;
  resized_ = resize_area(image, width, height);
  image_ = &resized_;
}

}  // namespace promptdepth
