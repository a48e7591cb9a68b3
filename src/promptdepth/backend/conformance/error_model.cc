#include "promptdepth/backend/conformance/error_model.h"

#include <cmath>

namespace promptdepth {
namespace {

double at(const std::vector<float>& values, std::size_t index) {
  return values.empty() ? 0.0 : std::abs(static_cast<double>(values[index]));
}

double added_by_bf16(const SumsOfProducts& sums, std::size_t i, double expected) {
  double error = kStandardDeviations * kBF16Unit * std::sqrt(at(sums.squares, i));
  if (!sums.f32_result) error += kBF16Unit * std::abs(expected);
  if (!sums.f32_layer) error += 2.0 * kBF16Unit * at(sums.layer, i);
  if (sums.nonlinear) error += kBF16Unit * kBF16Unit * at(sums.magnitude, i);
  return error;
}

}  // namespace

std::vector<double> tolerance_of(const SumsOfProducts& sums, Precision precision,
                                 std::span<const float> expected) {
  const double roundings = 2.0 * std::sqrt(sums.terms) + 4.0;
  std::vector<double> result;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    double error = roundings * kF32Unit * at(sums.magnitude, i) + kSmallestNormal;
    if (precision == Precision::kBF16) error += added_by_bf16(sums, i, expected[i]);
    result.push_back(error);
  }
  return result;
}

}  // namespace promptdepth
