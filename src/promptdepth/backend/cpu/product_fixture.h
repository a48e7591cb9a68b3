#pragma once

#include <ostream>
#include <vector>

#include "promptdepth/backend/cpu/kernel_fixture.h"
#include "promptdepth/backend/cpu/onednn.h"

// What tests of matrix products share: layers, and their formula in plain loops.

namespace promptdepth::cpu {

/// The types in which this processor multiplies.
inline std::vector<DType> supported_types() {
  if (bf16_is_supported()) return {DType::kF32, DType::kBF16};
  return {DType::kF32};
}

struct ProductCase {
  std::int64_t in = 1;
  std::int64_t out = 1;
  DType dtype = DType::kF32;
  DType stored = DType::kF32;  ///< Of the weights before they are packed.
  bool scaled = false;
  std::int64_t most_columns = PackedProduct::kMostColumns;

  std::vector<float> weight() const { return random_values(in * out, 11); }
  /// Powers of two and their negatives: nothing is rounded by them.
  std::vector<float> scale() const {
    std::vector<float> values;
    for (std::int64_t i = 0; scaled && i < out; ++i) {
      values.push_back(std::ldexp(i % 2 == 0 ? 1.0F : -1.0F, static_cast<int>(i % 5) - 2));
    }
    return values;
  }
  std::vector<float> bias() const { return random_values(out, 13); }

  friend std::ostream& operator<<(std::ostream& stream, const ProductCase& c) {
    return stream << c.in << " to " << c.out << " in " << name_of(c.dtype) << ", weights of "
                  << name_of(c.stored) << (c.scaled ? ", scaled" : "") << ", " << c.most_columns
                  << " columns at most";
  }
};

inline PackedProduct packed(const ProductCase& c) {
  Guarded weight(c.stored, c.weight());
  return {c.in, c.out, weight.view(), c.scale(), c.bias(), c.dtype, c.most_columns};
}

struct ProductResult {
  bool bias = true;
  DType result = DType::kF32;
  Epilogue epilogue = {};
  std::span<const float> before = {};  ///< What is accumulated to.
};

/// in·Wᵀ + b in plain loops; 2·√K + 4 roundings of Σ|a||b| are allowed (conformance/error_model.h).
inline void expect_product(const ProductCase& c, std::span<const float> in,
                           std::span<const float> found, const ProductResult& r) {
  const std::vector<float> weight = c.weight();
  const std::vector<float> scale = c.scale();
  const std::vector<float> bias = c.bias();
  const double roundings = (2.0 * std::sqrt(static_cast<double>(c.in)) + 4.0) * kF32Unit;
  std::vector<double> expected;
  std::vector<double> tolerance;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i) / c.out;
    const auto column = static_cast<std::int64_t>(i) % c.out;
    double sum = r.bias ? bias[static_cast<std::size_t>(column)] : 0.0;
    double magnitude = std::abs(sum);
    const double factor = c.scaled ? scale[static_cast<std::size_t>(column)] : 1.0;
    for (std::int64_t k = 0; k < c.in; ++k) {
      const double product = factor * in[static_cast<std::size_t>(row * c.in + k)] *
                             weight[static_cast<std::size_t>(column * c.in + k)];
      sum += product;
      magnitude += std::abs(product);
    }
    if (r.epilogue.nonlinearity == Nonlinearity::kRelu) sum = std::max(sum, 0.0);
    if (r.epilogue.accumulate) sum += r.before[i];
    expected.push_back(sum);
    tolerance.push_back(roundings * (magnitude + std::abs(sum)) + rounding_of(r.result, sum));
  }
  expect_within(found, expected, tolerance);
}

}  // namespace promptdepth::cpu
