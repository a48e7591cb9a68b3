#include "promptdepth/image/quantize.h"

#include <algorithm>
#include <cmath>

namespace promptdepth {
namespace {

/// Rounds into 0..limit. NaN fails the comparison and becomes 0.
template <typename T>
T rounded(float value, float limit) {
  return value > 0.0F ? static_cast<T>(std::lround(std::min(value, limit))) : T{0};
}

}  // namespace

std::vector<std::uint8_t> quantize_8bit(const Image& image) {
  std::vector<std::uint8_t> result(image.rgb.size());
  std::transform(image.rgb.begin(), image.rgb.end(), result.begin(),
                 [](float value) { return rounded<std::uint8_t>(255.0F * value, 255.0F); });
  return result;
}

std::vector<std::uint16_t> quantize_millimetres(const DepthMap& depth) {
  std::vector<std::uint16_t> result(depth.values.size());
  std::transform(depth.values.begin(), depth.values.end(), result.begin(),
                 [](float depth_m) { return rounded<std::uint16_t>(1000.0F * depth_m, 65535.0F); });
  return result;
}

}  // namespace promptdepth
