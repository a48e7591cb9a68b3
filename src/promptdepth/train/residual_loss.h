#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

// Means of absolute values of maps and of their differences, with derivatives: what the losses of
// losses.h are made of.

namespace promptdepth {

/// |x|.
struct Absolute {
  static float value(float x) { return std::abs(x); }
  static float slope(float x) { return static_cast<float>((x > 0) - (x < 0)); }
};

/// The smooth version of |x|: x²/(2w) for |x| < w, |x| - w/2 beyond; without branches.
struct SoftAbsolute {
  float width;  ///< w, at least 1e-12.
  float inverse = 1 / width;

  float value(float x) const {
    const float size = std::abs(x);
    const float within = size < width ? size : width;
    return within * (size - within / 2) * inverse;
  }
  float slope(float x) const {
    const float slope = x * inverse;
    const float above = slope < -1 ? -1 : slope;
    return above > 1 ? 1 : above;
  }
};

/// body(absolute) with the one of the given width; one too small for float32 counts as 0.
template <typename Body>
double with_absolute(double soft_width, const Body& body) {
  constexpr double kLeastWidth = 1e-12;
  if (soft_width < kLeastWidth) return body(Absolute{});
  return body(SoftAbsolute{static_cast<float>(soft_width)});
}

/// A map of differences, which of them count, and where the derivative by them goes.
struct Residual {
  int height;
  int width;
  std::span<const float> error;  ///< 0 where it is not valid.
  std::span<const float> valid;
  std::span<float> derivative;
};

/// A sum and how many values it has. Rows are added up in float32, which vector instructions do
/// many at a time, and their sums in float64.
struct MeanOfRows {
  double sum = 0;
  double count = 0;

  double mean() const { return count == 0 ? 0 : sum / count; }
};

/// Mean of absolute.value(error) over valid pixels; adds `weight` times its derivative. 0 where
/// nothing is valid.
template <typename Loss>
double mean_absolute(const Residual& r, const Loss& absolute, double weight) {
  MeanOfRows result;
  const auto width = static_cast<std::size_t>(r.width);
  for (std::size_t row = 0; row < r.error.size(); row += width) {
    const float* error = r.error.data() + row;
    const float* valid = r.valid.data() + row;
    float sum = 0;
    float count = 0;
#pragma omp simd reduction(+ : sum, count)
    for (std::size_t x = 0; x < width; ++x) {
      sum += absolute.value(error[x]);
      count += valid[x];
    }
    result.sum += sum;
    result.count += count;
  }
  if (result.count == 0) return 0;
  const auto step = static_cast<float>(weight / result.count);
  const float* error = r.error.data();
  float* derivative = r.derivative.data();
#pragma omp simd
  for (std::size_t i = 0; i < r.error.size(); ++i) derivative[i] += step * absolute.slope(error[i]);
  return result.mean();
}

/// Pixels p and p + (dx, dy) of one row.
struct PairRow {
  std::size_t size;  ///< Pairs.
  const float* error;
  const float* other_error;
  const float* valid;
  const float* other_valid;
  float* derivative;
  float* other_derivative;
};

/// Calls body(row) for every row of pairs.
template <typename Body>
void for_each_pair_row(const Residual& r, int dx, int dy, const Body& body) {
  const auto width = static_cast<std::size_t>(r.width);
  const std::size_t offset = static_cast<std::size_t>(dy) * width + static_cast<std::size_t>(dx);
  if (dx >= r.width) return;
  for (int y = 0; y + dy < r.height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * width;
    body(PairRow{.size = width - static_cast<std::size_t>(dx),
                 .error = r.error.data() + row,
                 .other_error = r.error.data() + row + offset,
                 .valid = r.valid.data() + row,
                 .other_valid = r.valid.data() + row + offset,
                 .derivative = r.derivative.data() + row,
                 .other_derivative = r.derivative.data() + row + offset});
  }
}

/// Mean of absolute.value(e(p + (dx, dy)) - e(p)) over valid pairs, likewise.
template <typename Loss>
double mean_absolute_difference(const Residual& r, int dx, int dy, const Loss& absolute,
                                double weight) {
  MeanOfRows result;
  for_each_pair_row(r, dx, dy, [&](const PairRow& row) {
    float sum = 0;
    float count = 0;
#pragma omp simd reduction(+ : sum, count)
    for (std::size_t x = 0; x < row.size; ++x) {
      const float both = row.valid[x] * row.other_valid[x];
      sum += both * absolute.value(row.other_error[x] - row.error[x]);
      count += both;
    }
    result.sum += sum;
    result.count += count;
  });
  if (result.count == 0) return 0;
  const auto step = static_cast<float>(weight / result.count);
  std::vector<float> row_slopes(static_cast<std::size_t>(r.width));
  float* slopes = row_slopes.data();
  for_each_pair_row(r, dx, dy, [&](const PairRow& row) {
#pragma omp simd
    for (std::size_t x = 0; x < row.size; ++x) {
      const float both = row.valid[x] * row.other_valid[x];
      slopes[x] = step * both * absolute.slope(row.other_error[x] - row.error[x]);
    }
    // Each pixel is in two pairs: one loop after the other.
#pragma omp simd
    for (std::size_t x = 0; x < row.size; ++x) row.other_derivative[x] += slopes[x];
#pragma omp simd
    for (std::size_t x = 0; x < row.size; ++x) row.derivative[x] -= slopes[x];
  });
  return result.mean();
}

/// Σ of those at strides 1, 2, 4, ... along both axes.
template <typename Loss>
double multi_scale_gradient(const Residual& r, int scales, const Loss& absolute, double weight) {
  double sum = 0;
  for (int scale = 0; scale < scales; ++scale) {
    const int stride = 1 << scale;
    sum += mean_absolute_difference(r, stride, 0, absolute, weight);
    sum += mean_absolute_difference(r, 0, stride, absolute, weight);
  }
  return sum;
}

}  // namespace promptdepth
