#include "promptdepth/recording/prompt_ranges.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "promptdepth/base/error.h"

namespace promptdepth {

std::vector<PromptRange> smooth_ranges(std::span<const PromptRange> ranges, double sigma_frames) {
  PD_CHECK(sigma_frames > 0);
  const auto count = static_cast<std::int64_t>(ranges.size());
  const auto reach = static_cast<std::int64_t>(std::ceil(3.0 * sigma_frames));
  std::vector<PromptRange> smooth;
  smooth.reserve(ranges.size());
  for (std::int64_t i = 0; i < count; ++i) {
    double weights = 0;
    double min_m = 0;
    double max_m = 0;
    for (std::int64_t j = std::max<std::int64_t>(i - reach, 0); j <= std::min(i + reach, count - 1);
         ++j) {
      const double distance = static_cast<double>(j - i) / sigma_frames;
      const double weight = std::exp(-0.5 * distance * distance);
      const PromptRange& range = ranges[static_cast<std::size_t>(j)];
      weights += weight;
      min_m += weight * static_cast<double>(range.min_m);
      max_m += weight * static_cast<double>(range.max_m);
    }
    smooth.push_back({.min_m = static_cast<float>(min_m / weights),
                      .max_m = static_cast<float>(max_m / weights)});
  }
  return smooth;
}

}  // namespace promptdepth
