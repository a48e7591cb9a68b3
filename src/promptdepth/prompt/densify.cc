#include "promptdepth/prompt/densify.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr float kSameSurfaceRatio = 1.05F;

DepthMap mask_of(const DepthMap& measured) {
  DepthMap mask = measured;
  for (float& value : mask.values) value = value > 0 ? 1.0F : 0.0F;
  return mask;
}

/// Source pixel -> target pixel along one axis, and how far its centre is from the target's.
struct Landing {
  int target;
  float offset;  ///< In target pixels.
};

std::vector<Landing> landings(int source_size, int size) {
  std::vector<Landing> result(static_cast<std::size_t>(source_size));
  for (int i = 0; i < source_size; ++i) {
    const double position = (i + 0.5) * size / source_size;
    const int target = std::min(static_cast<int>(position), size - 1);
    result[static_cast<std::size_t>(i)] = {target, static_cast<float>(position - target - 0.5)};
  }
  return result;
}

/// Calls body(measured depth, target pixel, squared distance to its centre).
template <typename Body>
void for_each_landing(const DepthMap& measured, int width, int height, const Body& body) {
  const std::vector<Landing> columns = landings(measured.width, width);
  const std::vector<Landing> rows = landings(measured.height, height);
  for (int y = 0; y < measured.height; ++y) {
    const Landing& row = rows[static_cast<std::size_t>(y)];
    for (int x = 0; x < measured.width; ++x) {
      const float z = measured.at(x, y);
      if (!(z > 0)) continue;
      const Landing& column = columns[static_cast<std::size_t>(x)];
      const auto pixel = static_cast<std::size_t>(row.target) * static_cast<std::size_t>(width) +
                         static_cast<std::size_t>(column.target);
      body(z, pixel, row.offset * row.offset + column.offset * column.offset);
    }
  }
}

DepthMap most_central(const DepthMap& measured, int width, int height) {
  DepthMap central(width, height);
  std::vector<float> least(central.pixel_count(), std::numeric_limits<float>::max());
  for_each_landing(measured, width, height, [&](float z, std::size_t pixel, float distance) {
    if (distance >= least[pixel]) return;
    least[pixel] = distance;
    central.values[pixel] = z;
  });
  return central;
}

}  // namespace

void PromptOptions::validate() const {
  clean.validate();
  fill.validate();
  validate_quantiles(low_quantile, high_quantile);
}

DepthMap reduce_measured(const DepthMap& measured, int width, int height) {
  PD_CHECK(width >= 1 && width <= measured.width && height >= 1 && height <= measured.height);
  if (width == measured.width && height == measured.height) return measured;
  const DepthMap central = most_central(measured, width, height);
  std::vector<double> sums(central.pixel_count());
  std::vector<int> counts(central.pixel_count());
  for_each_landing(measured, width, height, [&](float z, std::size_t pixel, float) {
    const float reference = central.values[pixel];
    if (z > reference * kSameSurfaceRatio || reference > z * kSameSurfaceRatio) return;
    sums[pixel] += z;
    ++counts[pixel];
  });
  DepthMap reduced(width, height);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (counts[i] > 0) reduced.values[i] = static_cast<float>(sums[i] / counts[i]);
  }
  return reduced;
}

DensePrompt prepare_prompt(const DepthMap& raw, const Image& image, const PromptOptions& options) {
  options.validate();
  if (raw.empty() || image.empty()) {
    fail(ErrorKind::kInvalidData,
         "prompt: expected a depth map and an image, found {}×{} and {}×{}", raw.width, raw.height,
         image.width, image.height);
  }
  DepthMap measured = clean_depth(raw, options.clean);
  if (count_valid(measured) == 0) {
    fail(ErrorKind::kInvalidData,
         "prompt: expected at least one pixel measured between {} m and {} m, found none of {}×{}",
         options.clean.min_m, options.clean.max_m, raw.width, raw.height);
  }
  DensePrompt prompt;
  prompt.range = measure_range(measured, options.low_quantile, options.high_quantile);
  measured = reduce_measured(measured, std::min(raw.width, image.width),
                             std::min(raw.height, image.height));
  prompt.measured = mask_of(measured);
  prompt.depth = fill_holes(measured, &image, options.fill);
  return prompt;
}

}  // namespace promptdepth
