#include "promptdepth/prompt/downsampling.h"

#include <algorithm>

#include "promptdepth/base/error.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
namespace {

/// The mean of the measured pixels of every box; a box covers at least one pixel.
DepthMap mean_of_boxes(const DepthMap& map, int width, int height) {
  DepthMap result(width, height);
  const auto start = [](int i, int size, int source) {
    return static_cast<int>(std::int64_t{i} * source / size);
  };
  for (int y = 0; y < height; ++y) {
    const int y0 = start(y, height, map.height);
    const int y1 = std::max(y0 + 1, start(y + 1, height, map.height));
    for (int x = 0; x < width; ++x) {
      const int x0 = start(x, width, map.width);
      const int x1 = std::max(x0 + 1, start(x + 1, width, map.width));
      double sum = 0;
      int count = 0;
      for (int v = y0; v < y1; ++v) {
        for (int u = x0; u < x1; ++u) {
          if (!(map.at(u, v) > 0)) continue;
          sum += static_cast<double>(map.at(u, v));
          ++count;
        }
      }
      if (count > 0) result.at(x, y) = static_cast<float>(sum / count);
    }
  }
  return result;
}

}  // namespace

std::vector<OptionField> DownsamplingOptions::fields() {
  return {{"width", &width, 1, 8192, "pixels of the prompt"},
          {"height", &height, 1, 8192, "pixels of the prompt"},
          {"mean", &mean, 0, 1, "mean depth of each pixel instead of the nearest pixel's"}};
}

void DownsamplingOptions::validate() const {
  check_fields("downsampling", DownsamplingOptions(*this).fields());
}

DepthMap simulate_downsampling(const DepthMap& ground_truth, const DownsamplingOptions& options) {
  options.validate();
  if (ground_truth.empty()) {
    fail(ErrorKind::kInvalidArgument, "downsampling: expected ground truth, found an empty map");
  }
  return options.mean ? mean_of_boxes(ground_truth, options.width, options.height)
                      : resize_nearest(ground_truth, options.width, options.height);
}

DepthMap simulate_downsampling(const DepthMap& ground_truth, int prompt_width, int prompt_height) {
  return simulate_downsampling(ground_truth, {.width = prompt_width, .height = prompt_height});
}

}  // namespace promptdepth
