#include "promptdepth/backend/conformance/attention_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace promptdepth {
namespace {

/// A key as one query sees it.
struct Weighted {
  double weight = 0.0;       ///< The score at first, then the softmax weight p.
  double certain = 0.0;      ///< ρ, the part that may add up over keys.
  double independent = 0.0;  ///< The part of bfloat16 roundings.
};

bool is_power_of_two(double x) {
  int exponent = 0;
  return std::frexp(x, &exponent) == 0.5;
}

Weighted score_of(const float* query, const float* key, std::int64_t width,
                  const Arithmetic& arithmetic) {
  const double root = std::sqrt(static_cast<double>(width));
  double sum = 0.0;
  double magnitude = 0.0;
  double squares = 0.0;
  for (std::int64_t i = 0; i < width; ++i) {
    const double product = static_cast<double>(query[i]) * key[i];
    sum += product;
    magnitude += std::abs(product);
    squares += product * product;
  }
  Weighted result;
  result.weight = sum / root;
  result.certain = kF32Unit * ((2.0 * root + 4.0) * magnitude / root + 8.0);
  if (arithmetic.precision == Precision::kBF16) {
    result.certain += kBF16Unit * kBF16Unit;
    result.independent = kBF16Unit;
    if (arithmetic.stores_scores) result.independent += kBF16Unit * std::abs(result.weight);
    if (!is_power_of_two(root)) result.independent += kBF16Unit * std::sqrt(squares) / root;
  }
  return result;
}

std::vector<Weighted> weigh(const float* query, const float* keys, std::int64_t stride,
                            const AttentionExtents& extents, const Arithmetic& arithmetic) {
  std::vector<Weighted> result;
  double highest = -std::numeric_limits<double>::infinity();
  for (std::int64_t j = 0; j < extents.tokens; ++j) {
    result.push_back(score_of(query, keys + j * stride, extents.width, arithmetic));
    highest = std::max(highest, result.back().weight);
  }
  double total = 0.0;
  for (Weighted& key : result) {
    key.certain += kF32Unit * (highest - key.weight);
    key.weight = std::exp(key.weight - highest);
    total += key.weight;
  }
  for (Weighted& key : result) key.weight /= total;
  return result;
}

double tolerance_of_channel(const std::vector<Weighted>& keys, const float* values,
                            std::int64_t stride, double y) {
  double certain = 0.0;
  double magnitude = 0.0;
  double variance = 0.0;
  for (std::size_t j = 0; j < keys.size(); ++j) {
    const double v = std::abs(values[static_cast<std::int64_t>(j) * stride]);
    const double reach = keys[j].weight * (v + std::abs(y));
    certain += keys[j].certain * reach;
    magnitude += keys[j].weight * v;
    variance += keys[j].independent * reach * keys[j].independent * reach;
  }
  return certain + kStandardDeviations * std::sqrt(variance) +
         2.0 * std::sqrt(static_cast<double>(keys.size())) * kF32Unit * magnitude;
}

}  // namespace

std::vector<double> attention_tolerance(const AttentionExtents& extents, std::span<const float> qkv,
                                        const Arithmetic& arithmetic,
                                        std::span<const float> expected) {
  const std::int64_t channels = extents.heads * extents.width;
  const std::int64_t stride = 3 * channels;
  std::vector<double> result;
  for (std::int64_t row = 0; row < extents.images * extents.tokens; ++row) {
    const float* query = qkv.data() + row * stride;
    const float* first = qkv.data() + row / extents.tokens * extents.tokens * stride;
    for (std::int64_t c = 0; c < channels; c += extents.width) {
      const std::vector<Weighted> keys =
          weigh(query + c, first + channels + c, stride, extents, arithmetic);
      for (std::int64_t i = c; i < c + extents.width; ++i) {
        const double y = expected[static_cast<std::size_t>(row * channels + i)];
        const double storage =
            arithmetic.precision == Precision::kBF16 ? kBF16Unit * std::abs(y) : 0.0;
        const double error =
            tolerance_of_channel(keys, first + 2 * channels + i, stride, y) + storage;
        result.push_back(error);
      }
    }
  }
  return result;
}

}  // namespace promptdepth
