#include "promptdepth/prompt/guide.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// The source pixels [first, last) that target pixel i of `size` covers; at least one.
struct Span {
  int first;
  int last;
};

std::vector<Span> covered(int size, int source_size) {
  std::vector<Span> spans(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    const auto first = static_cast<int>(std::int64_t{i} * source_size / size);
    const auto last = static_cast<int>((std::int64_t{i} + 1) * source_size / size);
    spans[static_cast<std::size_t>(i)] = {first, std::max(first + 1, last)};
  }
  return spans;
}

void mean_of_box(const Image& image, const Span& columns, const Span& rows, float* rgb) {
  float sum[3] = {};
  for (int y = rows.first; y < rows.last; ++y) {
    const float* pixel = image.at(columns.first, y);
    for (int x = columns.first; x < columns.last; ++x, pixel += 3) {
      for (int c = 0; c < 3; ++c) sum[c] += pixel[c];
    }
  }
  const auto count =
      static_cast<float>(columns.last - columns.first) * static_cast<float>(rows.last - rows.first);
  for (int c = 0; c < 3; ++c) rgb[c] = sum[c] / count;
}

Image mean_of_boxes(const Image& image, int width, int height) {
  Image result(width, height);
  const std::vector<Span> columns = covered(width, image.width);
  const std::vector<Span> rows = covered(height, image.height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      mean_of_box(image, columns[static_cast<std::size_t>(x)], rows[static_cast<std::size_t>(y)],
                  result.at(x, y));
    }
  }
  return result;
}

}  // namespace

Guide::Guide(const Image& image, int width, int height) : image_(&image) {
  if (image.empty()) {
    fail(ErrorKind::kInvalidArgument, "prompt: expected an image as guide, found an empty one");
  }
  if (image.width == width && image.height == height) return;
  resized_ = mean_of_boxes(image, width, height);
  image_ = &resized_;
}

}  // namespace promptdepth
