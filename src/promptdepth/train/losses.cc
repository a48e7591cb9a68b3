#include "promptdepth/train/losses.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// One sample's residual, which pixels count, and where its derivative goes.
struct Residual {
  int height;
  int width;
  std::span<const float> error;
  std::span<const float> valid;
  std::span<float> derivative;
};

float sign(float value) { return static_cast<float>((value > 0) - (value < 0)); }

/// mean |e|; adds `weight` times its derivative.
double mean_absolute(const Residual& r, double weight) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < r.error.size(); ++i) {
    sum += std::abs(r.error[i]);  // 0 where it is not valid.
    count += r.valid[i];
  }
  if (count == 0) return 0;
  const auto step = static_cast<float>(weight / count);
  for (std::size_t i = 0; i < r.error.size(); ++i) r.derivative[i] += step * sign(r.error[i]);
  return sum / count;
}

/// Calls body(p) for every pixel p of the first height - dy rows and width - dx columns.
template <typename Body>
void for_each_pair(const Residual& r, int dx, int dy, const Body& body) {
  for (int y = 0; y + dy < r.height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(r.width);
    for (int x = 0; x + dx < r.width; ++x) body(row + static_cast<std::size_t>(x));
  }
}

/// mean |e(p + (dx, dy)) - e(p)| over valid pairs; adds `weight` times its derivative.
double mean_absolute_difference(const Residual& r, int dx, int dy, double weight) {
  const std::size_t offset = static_cast<std::size_t>(dy) * static_cast<std::size_t>(r.width) +
                             static_cast<std::size_t>(dx);
  double sum = 0;
  double count = 0;
  for_each_pair(r, dx, dy, [&](std::size_t p) {
    const float both = r.valid[p] * r.valid[p + offset];
    sum += both * std::abs(r.error[p + offset] - r.error[p]);
    count += both;
  });
  if (count == 0) return 0;
  const auto step = static_cast<float>(weight / count);
  for_each_pair(r, dx, dy, [&](std::size_t p) {
    const float both = r.valid[p] * r.valid[p + offset];
    const float slope = step * both * sign(r.error[p + offset] - r.error[p]);
    r.derivative[p + offset] += slope;
    r.derivative[p] -= slope;
  });
  return sum / count;
}

double multi_scale_gradient(const Residual& r, int scales, double weight) {
  double sum = 0;
  for (int scale = 0; scale < scales; ++scale) {
    const int stride = 1 << scale;
    sum += mean_absolute_difference(r, stride, 0, weight);
    sum += mean_absolute_difference(r, 0, stride, weight);
  }
  return sum;
}

}  // namespace

LossValue prompt_space_loss(std::span<const float> prediction, const Batch& batch,
                            const LossRecipe& recipe, double divisor,
                            std::span<float> derivative) {
  const auto pixels = static_cast<std::size_t>(batch.pixel_count());
  const auto samples = static_cast<std::size_t>(batch.n);
  PD_CHECK(prediction.size() == samples * pixels && derivative.size() == prediction.size());
  std::fill(derivative.begin(), derivative.end(), 0.0F);

  LossValue value;
  std::vector<float> error(pixels);
  for (std::size_t n = 0; n < samples; ++n) {
    const std::size_t first = n * pixels;
    for (std::size_t i = 0; i < pixels; ++i) {
      error[i] = (prediction[first + i] - batch.target[first + i]) * batch.valid[first + i];
    }
    const Residual residual{.height = static_cast<int>(batch.height),
                            .width = static_cast<int>(batch.width),
                            .error = error,
                            .valid = std::span(batch.valid).subspan(first, pixels),
                            .derivative = derivative.subspan(first, pixels)};
    const double share = batch.weight[n] / divisor;
    value.l1 += share * mean_absolute(residual, share * recipe.l1);
    value.gradient += share * multi_scale_gradient(residual, recipe.gradient_scales,
                                                   share * recipe.gradient);
  }
  value.total = recipe.l1 * value.l1 + recipe.gradient * value.gradient;
  return value;
}

}  // namespace promptdepth
