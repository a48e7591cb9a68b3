#include "promptdepth/prompt/smooth_field.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(PromptSmoothField, HasTheDrawnNumbersAtTheCornersOfItsCells) {
  Random random(3);
  const SmoothField field(4, 2, random);
  Random same(3);
  for (int row = 0; row <= 2; ++row) {
    for (int column = 0; column <= 4; ++column) {
      const float drawn = same.uniform(-1, 1);
      EXPECT_FLOAT_EQ(field.at(static_cast<float>(column) / 4, static_cast<float>(row) / 2), drawn);
    }
  }
}

TEST(PromptSmoothField, StaysWithinOneAndHasNoJump) {
  Random random(4);
  const SmoothField field(5, 5, random);
  const float step = 1e-3F;
  // Smoothstep's slope is at most 1.5 per cell, corners differ by at most 2.
  const float greatest_change = 5 * 1.5F * 2 * step * 1.01F;
  for (float u = 0; u < 1; u += step) {
    EXPECT_LE(std::abs(field.at(u, 0.3F)), 1);
    EXPECT_LE(std::abs(field.at(u + step, 0.3F) - field.at(u, 0.3F)), greatest_change);
    EXPECT_LE(std::abs(field.at(0.7F, u + step) - field.at(0.7F, u)), greatest_change);
  }
}

TEST(PromptSmoothField, IsZeroOnAverage) {
  constexpr int kFields = 2000;
  double sum = 0;
  for (int i = 0; i < kFields; ++i) {
    Random random(static_cast<std::uint64_t>(i));
    sum += static_cast<double>(SmoothField(3, 3, random).at(0.45F, 0.8F));
  }
  EXPECT_LT(std::abs(sum / kFields), 5 * std::sqrt(1.0 / 3 / kFields));  // uniform: variance 1/3
}

TEST(PromptSmoothField, ClampsOutsideTheSquare) {
  Random random(5);
  const SmoothField field(2, 2, random);
  EXPECT_EQ(field.at(-3, 0.2F), field.at(0, 0.2F));
  EXPECT_EQ(field.at(0.2F, 1.5F), field.at(0.2F, 1));
}

}  // namespace
}  // namespace promptdepth
