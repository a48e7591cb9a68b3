#include "promptdepth/prompt/clean.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/pixel_grid.h"

namespace promptdepth {
void CleanOptions::validate() const {
  if (!(min_m > 0) || !std::isfinite(min_m)) {
    fail(ErrorKind::kInvalidArgument, "clean: expected min_m above 0 m, found {}", min_m);
  }
  if (!(max_m > min_m) || !std::isfinite(max_m)) {
    fail(ErrorKind::kInvalidArgument, "clean: expected max_m above min_m = {} m, found {}", min_m,
         max_m);
  }
}

DepthMap clean_depth(DepthMap depth, const CleanOptions& options) {
  options.validate();
  for (float& z : depth.values) {
    if (!(z >= options.min_m && z <= options.max_m)) z = 0;  // NaN fails both comparisons
  }
  return depth;
}

DepthMap apply_confidence(DepthMap depth, const DepthMap& confidence, float min_confidence) {
  if (depth.empty() || confidence.empty()) {
    fail(ErrorKind::kInvalidArgument,
         "confidence: expected a depth map and a confidence map, found {}×{} and {}×{} pixels",
         depth.width, depth.height, confidence.width, confidence.height);
  }
  for (int y = 0; y < depth.height; ++y) {
    const int confidence_y = nearest_pixel(y, depth.height, confidence.height);
    for (int x = 0; x < depth.width; ++x) {
      const int confidence_x = nearest_pixel(x, depth.width, confidence.width);
      if (!(confidence.at(confidence_x, confidence_y) >= min_confidence)) depth.at(x, y) = 0;
    }
  }
  return depth;
}

std::size_t count_valid(const DepthMap& depth) {
  return static_cast<std::size_t>(
      std::count_if(depth.values.begin(), depth.values.end(), [](float z) { return z > 0; }));
}

}  // namespace promptdepth
