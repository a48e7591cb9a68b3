#include "promptdepth/prompt/range.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr float kMinSpan = 1e-3F;  // metres

std::vector<float> measured_values(const DepthMap& measured) {
  std::vector<float> values;
  values.reserve(measured.values.size());
  std::copy_if(measured.values.begin(), measured.values.end(), std::back_inserter(values),
               [](float z) { return z > 0; });
  return values;
}

/// Reorders `values`, which is not empty.
float quantile(std::vector<float>& values, double q) {
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), below, values.end());
  const float low = *below;
  const float fraction = static_cast<float>(position - std::floor(position));
  if (fraction == 0) return low;
  return low + fraction * (*std::min_element(below + 1, values.end()) - low);
}

}  // namespace

float PromptRange::span_m() const { return std::max(max_m - min_m, kMinSpan); }

void validate_quantiles(double low, double high) {
  if (!(low >= 0 && low < high && high <= 1)) {
    fail(ErrorKind::kInvalidArgument,
         "depth range: expected quantiles with 0 <= low < high <= 1, found {} and {}", low, high);
  }
}

PromptRange measure_range(const DepthMap& measured, double low_quantile, double high_quantile) {
  validate_quantiles(low_quantile, high_quantile);
  std::vector<float> values = measured_values(measured);
  if (values.empty()) {
    fail(ErrorKind::kInvalidData,
         "depth range: expected at least one measured pixel, found none in a {}×{} prompt",
         measured.width, measured.height);
  }
  return {.min_m = quantile(values, low_quantile), .max_m = quantile(values, high_quantile)};
}

}  // namespace promptdepth
