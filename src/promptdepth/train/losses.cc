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

/// |x|, or with a width w > 0 its smooth version: x²/(2w) for |x| < w, |x| - w/2 beyond.
struct SoftAbsolute {
  float width;

  float value(float x) const {
    const float size = std::abs(x);
    return size < width ? x * x / (2 * width) : size - width / 2;
  }
  float slope(float x) const {
    return std::abs(x) < width ? x / width : static_cast<float>((x > 0) - (x < 0));
  }
};

/// mean |e|; adds `weight` times its derivative.
double mean_absolute(const Residual& r, SoftAbsolute absolute, double weight) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < r.error.size(); ++i) {
    sum += absolute.value(r.error[i]);  // 0 where it is not valid.
    count += r.valid[i];
  }
  if (count == 0) return 0;
  const auto step = static_cast<float>(weight / count);
  for (std::size_t i = 0; i < r.error.size(); ++i) {
    r.derivative[i] += step * absolute.slope(r.error[i]);
  }
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
double mean_absolute_difference(const Residual& r, int dx, int dy, SoftAbsolute absolute,
                                double weight) {
  const std::size_t offset = static_cast<std::size_t>(dy) * static_cast<std::size_t>(r.width) +
                             static_cast<std::size_t>(dx);
  double sum = 0;
  double count = 0;
  for_each_pair(r, dx, dy, [&](std::size_t p) {
    const float both = r.valid[p] * r.valid[p + offset];
    sum += both * absolute.value(r.error[p + offset] - r.error[p]);
    count += both;
  });
  if (count == 0) return 0;
  const auto step = static_cast<float>(weight / count);
  for_each_pair(r, dx, dy, [&](std::size_t p) {
    const float both = r.valid[p] * r.valid[p + offset];
    const float slope = step * both * absolute.slope(r.error[p + offset] - r.error[p]);
    r.derivative[p + offset] += slope;
    r.derivative[p] -= slope;
  });
  return sum / count;
}

double multi_scale_gradient(const Residual& r, int scales, SoftAbsolute absolute, double weight) {
  double sum = 0;
  for (int scale = 0; scale < scales; ++scale) {
    const int stride = 1 << scale;
    sum += mean_absolute_difference(r, stride, 0, absolute, weight);
    sum += mean_absolute_difference(r, 0, stride, absolute, weight);
  }
  return sum;
}

}  // namespace

LossValue prompt_space_loss(std::span<const float> prediction, const Batch& batch,
                            const LossRecipe& recipe, double soft_width, double divisor,
                            std::span<float> derivative) {
  const auto pixels = static_cast<std::size_t>(batch.pixel_count());
  const auto samples = static_cast<std::size_t>(batch.n);
  PD_CHECK(prediction.size() == samples * pixels && derivative.size() == prediction.size());
  std::fill(derivative.begin(), derivative.end(), 0.0F);

  const SoftAbsolute absolute{static_cast<float>(soft_width)};
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
    value.l1 += share * mean_absolute(residual, absolute, share * recipe.l1);
    value.gradient += share * multi_scale_gradient(residual, recipe.gradient_scales, absolute,
                                                   share * recipe.gradient);
  }
  value.total = recipe.l1 * value.l1 + recipe.gradient * value.gradient;
  return value;
}

}  // namespace promptdepth
