#include "promptdepth/train/losses.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/train/residual_loss.h"

namespace promptdepth {
namespace {

constexpr double kLeastDepth_m = 1e-3;
constexpr double kLeastDeviation = 1e-6;

float sign(double x) { return static_cast<float>((x > 0) - (x < 0)); }

std::vector<float> errors_of(const LossMaps& maps) {
  PD_CHECK(maps.prediction.size() == maps.target.size() &&
           maps.valid.size() == maps.target.size() && maps.derivative.size() == maps.target.size());
  std::vector<float> errors(maps.target.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    errors[i] = (maps.prediction[i] - maps.target[i]) * maps.valid[i];
  }
  return errors;
}

Residual residual_of(const LossMaps& maps, std::span<const float> errors) {
  return {.height = maps.height,
          .width = maps.width,
          .error = errors,
          .valid = maps.valid,
          .derivative = maps.derivative};
}

/// Valid values brought to median 0 and mean deviation 1.
struct Normalized {
  std::vector<float> values;  ///< One per pixel, 0 where it is not valid.
  std::size_t median_pixel;
  double median;
  double deviation;
  double balance;  ///< Σ sign(x - median), over the valid pixels.
};

/// Nothing where all values are the same.
std::optional<Normalized> normalize(std::span<const float> map,
                                    const std::vector<std::size_t>& pixels) {
  std::vector<std::size_t> order = pixels;
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>((order.size() - 1) / 2);
  std::nth_element(order.begin(), middle, order.end(),
                   [&](std::size_t a, std::size_t b) { return map[a] < map[b]; });
  Normalized result{.values = std::vector<float>(map.size()),
                    .median_pixel = *middle,
                    .median = map[*middle],
                    .deviation = 0,
                    .balance = 0};
  for (const std::size_t i : pixels) {
    result.deviation += std::abs(map[i] - result.median) / static_cast<double>(pixels.size());
    result.balance += sign(map[i] - result.median);
  }
  if (result.deviation < kLeastDeviation) return std::nullopt;
  for (const std::size_t i : pixels) {
    result.values[i] = static_cast<float>((map[i] - result.median) / result.deviation);
  }
  return result;
}

/// Adds to `derivative` by x what `outer`, the derivative by x* = (x - t)/s, means for it. With
/// A = Σ outer and B = Σ outer·x*, and t = x_m the median, s the mean of |x - t| over n pixels:
///   ∂L/∂x_j = (outer_j - A·[j = m] - B·(sign(x_j - t) - [j = m]·Σ sign(x - t))/n) / s
void add_derivative_through(const Normalized& x, std::span<const float> outer,
                            const std::vector<std::size_t>& pixels, std::span<float> derivative) {
  double a = 0;
  double b = 0;
  for (const std::size_t i : pixels) {
    a += outer[i];
    b += static_cast<double>(outer[i]) * x.values[i];
  }
  b /= static_cast<double>(pixels.size());
  for (const std::size_t i : pixels) {
    derivative[i] += static_cast<float>((outer[i] - b * sign(x.values[i])) / x.deviation);
  }
  derivative[x.median_pixel] += static_cast<float>((b * x.balance - a) / x.deviation);
}

/// 1 for the valid pixels but the share with the largest |error|, else 0.
std::vector<float> trimmed(const Residual& r, std::vector<std::size_t> pixels, double share) {
  const auto dropped = static_cast<std::size_t>(share * static_cast<double>(pixels.size()));
  const auto first_kept = pixels.begin() + static_cast<std::ptrdiff_t>(dropped);
  std::nth_element(pixels.begin(), first_kept, pixels.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(r.error[a]) > std::abs(r.error[b]);
  });
  std::vector<float> kept(r.valid.size());
  for (auto pixel = first_kept; pixel != pixels.end(); ++pixel) kept[*pixel] = 1;
  return kept;
}

/// mean |R| over the pixels of `kept`.
double trimmed_absolute(const Residual& r, const std::vector<float>& kept, double weight) {
  std::vector<float> error(r.error.begin(), r.error.end());
  for (std::size_t i = 0; i < error.size(); ++i) error[i] *= kept[i];
  Residual part = r;
  part.error = error;
  part.valid = kept;
  return mean_absolute(part, Absolute{}, weight);
}

}  // namespace

double l1_loss(const LossMaps& maps, double soft_width, double weight) {
  const std::vector<float> errors = errors_of(maps);
  return with_absolute(soft_width, [&](const auto& absolute) {
    return mean_absolute(residual_of(maps, errors), absolute, weight);
  });
}

double gradient_loss(const LossMaps& maps, int scales, double soft_width, double weight) {
  const std::vector<float> errors = errors_of(maps);
  return with_absolute(soft_width, [&](const auto& absolute) {
    return multi_scale_gradient(residual_of(maps, errors), scales, absolute, weight);
  });
}

double silog_loss(const LossMaps& maps, MetricScale scale, double focus, double weight) {
  const auto metres = [&](float value) { return value * scale.span_m + scale.min_m; };
  std::vector<double> difference(maps.target.size());
  std::vector<float> counts(maps.target.size());
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (std::size_t i = 0; i < difference.size(); ++i) {
    if (maps.valid[i] == 0 || metres(maps.target[i]) < kLeastDepth_m) continue;
    counts[i] = 1;
    difference[i] = std::log(metres(maps.target[i])) -
                    std::log(std::max(metres(maps.prediction[i]), kLeastDepth_m));
    sum += difference[i];
    squares += difference[i] * difference[i];
    ++count;
  }
  if (count == 0) return 0;
  const double mean = sum / count;
  const double loss = std::sqrt(std::max(0.0, squares / count - focus * mean * mean));
  if (loss < 1e-9) return 0;
  for (std::size_t i = 0; i < difference.size(); ++i) {
    const double prediction_m = metres(maps.prediction[i]);
    if (counts[i] == 0 || prediction_m < kLeastDepth_m) continue;
    const double slope = (difference[i] - focus * mean) / (count * loss);
    maps.derivative[i] -= static_cast<float>(weight * slope * scale.span_m / prediction_m);
  }
  return loss;
}

RelativeLossValue relative_loss(const LossMaps& maps, const RelativeLoss& options, double weight) {
  std::vector<std::size_t> pixels;
  for (std::size_t i = 0; i < maps.valid.size(); ++i) {
    if (maps.valid[i] != 0) pixels.push_back(i);
  }
  if (pixels.empty()) return {};
  const std::optional<Normalized> prediction = normalize(maps.prediction, pixels);
  const std::optional<Normalized> target = normalize(maps.target, pixels);
  if (!prediction || !target) return {};

  std::vector<float> error(maps.target.size());
  for (const std::size_t i : pixels) error[i] = prediction->values[i] - target->values[i];
  std::vector<float> outer(error.size());
  Residual residual = residual_of(maps, error);
  residual.derivative = outer;
  const std::vector<float> kept = trimmed(residual, pixels, options.trim_share);
  const RelativeLossValue value{
      .scale_shift_invariant =
          trimmed_absolute(residual, kept, weight * options.scale_shift_invariant),
      .gradient_matching = multi_scale_gradient(residual, options.scales, Absolute{},
                                                weight * options.gradient_matching)};
  add_derivative_through(*prediction, outer, pixels, maps.derivative);
  return value;
}

}  // namespace promptdepth
