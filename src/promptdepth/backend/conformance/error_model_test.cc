#include "promptdepth/backend/conformance/error_model.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

double single(const SumsOfProducts& sums, Precision precision, float expected) {
  return tolerance_of(sums, precision, {&expected, 1}).at(0);
}

TEST(ErrorModel, Float32GrowsWithTheRootOfTheAdditionsAndTheMagnitude) {
  const SumsOfProducts sums{.terms = 100.0, .magnitude = {8.0F}};
  EXPECT_DOUBLE_EQ(single(sums, Precision::kF32, 1.0F), 24.0 * kF32Unit * 8.0);
}

TEST(ErrorModel, BFloat16AddsTheRoundingOfTheResult) {
  const SumsOfProducts sums{.terms = 1.0, .magnitude = {2.0F}};
  const double f32 = single(sums, Precision::kF32, -2.0F);
  EXPECT_DOUBLE_EQ(single(sums, Precision::kBF16, -2.0F), f32 + 2.0 * kBF16Unit);
  SumsOfProducts kept = sums;
  kept.f32_result = true;
  EXPECT_DOUBLE_EQ(single(kept, Precision::kBF16, -2.0F), f32);
}

TEST(ErrorModel, PermitsNumbersBelowTheNormalOnesToBeFlushed) {
  EXPECT_EQ(single({}, Precision::kF32, 1e-40F), kSmallestNormal);
}

TEST(ErrorModel, BFloat16AddsWhatALibraryRoundsOnTheWay) {
  SumsOfProducts sums{.magnitude = {1.0F}, .layer = {3.0F}, .f32_result = true};
  const double f32 = single(sums, Precision::kF32, 0.0F);
  EXPECT_DOUBLE_EQ(single(sums, Precision::kBF16, 0.0F), f32 + 6.0 * kBF16Unit);
  sums.f32_layer = true;
  EXPECT_DOUBLE_EQ(single(sums, Precision::kBF16, 0.0F), f32);
  sums.squares = {16.0F};
  EXPECT_DOUBLE_EQ(single(sums, Precision::kBF16, 0.0F), f32 + 24.0 * kBF16Unit);
}

}  // namespace
}  // namespace promptdepth
