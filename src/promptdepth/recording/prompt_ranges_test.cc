#include "promptdepth/recording/prompt_ranges.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(SmoothRanges, KeepsAConstantRange) {
  const std::vector<PromptRange> ranges(20, PromptRange{.min_m = 0.5F, .max_m = 4.0F});
  for (const PromptRange& range : smooth_ranges(ranges, 3.0)) {
    EXPECT_FLOAT_EQ(range.min_m, 0.5F);
    EXPECT_FLOAT_EQ(range.max_m, 4.0F);
  }
}

TEST(SmoothRanges, KeepsASteadyChangeAwayFromTheEnds) {
  std::vector<PromptRange> ranges;
  for (int i = 0; i < 40; ++i)
    ranges.push_back({.min_m = 1.0F + 0.1F * i, .max_m = 9.0F - 0.1F * i});
  const std::vector<PromptRange> smooth = smooth_ranges(ranges, 2.0);
  for (std::size_t i = 6; i < 34; ++i) {
    EXPECT_NEAR(smooth[i].min_m, ranges[i].min_m, 1e-5);
    EXPECT_NEAR(smooth[i].max_m, ranges[i].max_m, 1e-5);
  }
}

TEST(SmoothRanges, SpreadsAnOutlierByTheGaussian) {
  std::vector<PromptRange> ranges(41, PromptRange{.min_m = 1.0F, .max_m = 2.0F});
  ranges[20].max_m = 7.0F;
  const std::vector<PromptRange> smooth = smooth_ranges(ranges, 4.0);
  double sum = 0;
  for (int k = -12; k <= 12; ++k) sum += std::exp(-0.5 * k * k / 16.0);
  EXPECT_NEAR(smooth[20].max_m, 2.0 + 5.0 / sum, 1e-5);
  EXPECT_NEAR(smooth[24].max_m, 2.0 + 5.0 * std::exp(-0.5) / sum, 1e-5);
  EXPECT_FLOAT_EQ(smooth[33].max_m, 2.0F);
  EXPECT_FLOAT_EQ(smooth[20].min_m, 1.0F);
}

TEST(SmoothRanges, ASingleFrameIsItsOwnMean) {
  const std::vector<PromptRange> smooth =
      smooth_ranges({{PromptRange{.min_m = 1.0F, .max_m = 3.0F}}}, 5.0);
  ASSERT_EQ(smooth.size(), 1U);
  EXPECT_FLOAT_EQ(smooth[0].max_m, 3.0F);
}

}  // namespace
}  // namespace promptdepth
