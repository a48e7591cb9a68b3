#include "promptdepth/backend/conformance/attention_error.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(AttentionError, OfASingleTokenIsThatOfAFewRoundings) {
  const std::vector<float> qkv = {1.0F, 1.0F, 4.0F};
  const std::vector<float> y = {4.0F};
  const std::vector<double> error = attention_tolerance({1, 1, 1, 1}, qkv, {Precision::kF32}, y);
  ASSERT_EQ(error.size(), 1U);
  // ρ = u·(6·1 + 8), reaching |v| + |y| = 8, and the sum's 2·4·u.
  EXPECT_DOUBLE_EQ(error[0], kF32Unit * (14.0 * 8.0 + 8.0));
}

TEST(AttentionError, IgnoresKeysWithoutWeight) {
  // The second key's score is 1000 below the first's, so its huge value does not matter.
  const std::vector<float> qkv = {1.0F, 0.0F, 1.0F, 1.0F, -1000.0F, 1e6F};
  const std::vector<float> y = {1.0F, 1.0F};
  const std::vector<double> error = attention_tolerance({1, 2, 1, 1}, qkv, {Precision::kBF16}, y);
  EXPECT_LT(error[0], 20.0 * kBF16Unit);
}

TEST(AttentionError, CountsTheRoundingOfAScaledQueryOnlyWhereTheScaleIsNoPowerOfTwo) {
  std::vector<float> qkv(2 * 3 * 8, 1.0F);
  const std::vector<float> y8(16, 1.0F);
  const double width8 = attention_tolerance({1, 2, 1, 8}, qkv, {Precision::kBF16}, y8)[0];
  qkv.resize(2 * 3 * 4);
  const std::vector<float> y4(8, 1.0F);
  const double width4 = attention_tolerance({1, 2, 1, 4}, qkv, {Precision::kBF16}, y4)[0];
  EXPECT_GT(width8, 1.5 * width4);
}

TEST(AttentionError, CountsTheRoundingOfScoresThatAreStored) {
  // Two keys with scores of 16 and values of 1 and -1: y = 0, and each weight is off by 16 more.
  const std::vector<float> qkv = {4.0F, 4.0F, 1.0F, 4.0F, 4.0F, -1.0F};
  const std::vector<float> y = {0.0F, 0.0F};
  const double exact = attention_tolerance({1, 2, 1, 1}, qkv, {Precision::kBF16}, y)[0];
  const double stored = attention_tolerance({1, 2, 1, 1}, qkv, {Precision::kBF16, true}, y)[0];
  EXPECT_NEAR(stored - exact, kStandardDeviations * 16.0 * kBF16Unit / std::sqrt(2.0), 1e-3);
}

}  // namespace
}  // namespace promptdepth
