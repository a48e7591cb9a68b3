#include "promptdepth/prompt/blur_measured.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// Weights of the offsets 0, 1, ... to 3σ.
std::vector<float> half_kernel(float sigma_px) {
  std::vector<float> kernel(static_cast<std::size_t>(std::ceil(3 * sigma_px)) + 1);
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const float t = static_cast<float>(i) / sigma_px;
    kernel[i] = std::exp(-0.5F * t * t);
  }
  return kernel;
}

/// result += weight · map shifted by (dx, dy), where both have a pixel.
void add_shifted(const DepthMap& map, int dx, int dy, float weight, DepthMap& result) {
  const int x0 = std::max(0, -dx);
  const int x1 = std::min(map.width, map.width - dx);
  for (int y = std::max(0, -dy); y < std::min(map.height, map.height - dy); ++y) {
    for (int x = x0; x < x1; ++x) result.at(x, y) += weight * map.at(x + dx, y + dy);
  }
}

DepthMap separable_sum(const DepthMap& map, const std::vector<float>& kernel) {
  DepthMap rows(map.width, map.height);
  DepthMap result(map.width, map.height);
  const int radius = static_cast<int>(kernel.size()) - 1;
  for (int d = -radius; d <= radius; ++d) {
    add_shifted(map, d, 0, kernel[static_cast<std::size_t>(std::abs(d))], rows);
  }
  for (int d = -radius; d <= radius; ++d) {
    add_shifted(rows, 0, d, kernel[static_cast<std::size_t>(std::abs(d))], result);
  }
  return result;
}

}  // namespace

DepthMap blur_measured(const DepthMap& depth, float sigma_px) {
  PD_CHECK(sigma_px >= 0);
  if (sigma_px == 0) return depth;
  const std::vector<float> kernel = half_kernel(sigma_px);
  DepthMap mask = depth;
  for (float& value : mask.values) value = value > 0 ? 1.0F : 0.0F;
  DepthMap blurred = separable_sum(depth, kernel);
  const DepthMap weight = separable_sum(mask, kernel);
  for (std::size_t i = 0; i < blurred.pixel_count(); ++i) {
    blurred.values[i] = mask.values[i] > 0 ? blurred.values[i] / weight.values[i] : 0.0F;
  }
  return blurred;
}

}  // namespace promptdepth
