#include "promptdepth/prompt/densify.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

TEST(PromptDensify, FillsHolesAndSaysWhatWasMeasured) {
  DepthMap raw(4, 3);
  raw.at(1, 1) = 2;
  raw.at(3, 2) = 5;
  raw.at(0, 0) = std::numeric_limits<float>::quiet_NaN();
  raw.at(2, 0) = -1;
  const DensePrompt prompt = prepare_prompt(raw, Image(8, 6));
  EXPECT_EQ(prompt.depth.width, 4);
  EXPECT_EQ(prompt.depth.height, 3);
  EXPECT_EQ(count_valid(prompt.depth), 12U);
  EXPECT_EQ(count_valid(prompt.measured), 2U);
  EXPECT_EQ(prompt.measured.at(1, 1), 1);
  EXPECT_EQ(prompt.depth.at(1, 1), 2);
  EXPECT_EQ(prompt.range.min_m, 2);
  EXPECT_EQ(prompt.range.max_m, 5);
}

TEST(PromptDensify, TakesTheRangeFromQuantilesWhenAsked) {
  DepthMap raw(11, 1);
  for (int x = 0; x < 11; ++x) raw.at(x, 0) = static_cast<float>(x + 1);
  const DensePrompt prompt =
      prepare_prompt(raw, Image(11, 1), {.low_quantile = 0.1, .high_quantile = 0.9});
  EXPECT_FLOAT_EQ(prompt.range.min_m, 2);
  EXPECT_FLOAT_EQ(prompt.range.max_m, 10);
}

TEST(PromptDensify, IsNeverLargerThanTheImageAndLosesNoPoint) {
  DepthMap raw(60, 40);
  raw.at(0, 0) = 1;
  raw.at(59, 39) = 2;
  raw.at(31, 20) = 3;
  const DensePrompt prompt = prepare_prompt(raw, Image(12, 50));
  EXPECT_EQ(prompt.depth.width, 12);
  EXPECT_EQ(prompt.depth.height, 40);
  EXPECT_EQ(prompt.depth.at(0, 0), 1);
  EXPECT_EQ(prompt.depth.at(11, 39), 2);
  EXPECT_EQ(prompt.depth.at(6, 20), 3);
  EXPECT_EQ(count_valid(prompt.measured), 3U);
}

TEST(PromptDensify, RefusesAPromptWithoutMeasurement) {
  EXPECT_THROW(prepare_prompt(DepthMap(4, 3), Image(4, 3)), Error);
  EXPECT_THROW(prepare_prompt(DepthMap(), Image(4, 3)), Error);
  DepthMap raw(4, 3, 1.0F);
  EXPECT_THROW(prepare_prompt(raw, Image()), Error);
  EXPECT_THROW(prepare_prompt(raw, Image(4, 3), {.low_quantile = 1}), Error);
}

TEST(PromptDensify, ReducesToTheMeanOfTheMeasurementsInACell) {
  DepthMap map(4, 2);
  map.at(0, 0) = 1.00F;
  map.at(1, 1) = 1.02F;  // (2, 0), (3, 0) and the rest: nothing measured
  const DepthMap reduced = reduce_measured(map, 2, 1);
  EXPECT_FLOAT_EQ(reduced.at(0, 0), 1.01F);
  EXPECT_EQ(reduced.at(1, 0), 0);
}

TEST(PromptDensify, ReducingMixesNoSurfaces) {
  DepthMap map(9, 9);
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 9; ++x) map.at(x, y) = x + y < 8 ? 1.0F : 4.0F;
  }
  for (const float z : reduce_measured(map, 3, 3).values) EXPECT_TRUE(z == 1 || z == 4) << z;
}

TEST(PromptDensify, ReducingKeepsAPixelForEveryCellWithAMeasurement) {
  Random random(11);
  DepthMap map(100, 70);
  for (int i = 0; i < 40; ++i) {
    map.values[random.below(map.pixel_count())] = random.uniform(1, 9);
  }
  DepthMap expected(30, 20);
  for (int y = 0; y < 70; ++y) {
    for (int x = 0; x < 100; ++x) {
      if (map.at(x, y) > 0) {
        expected.at((2 * x + 1) * 30 / 200, (2 * y + 1) * 20 / 140) = 1;
      }
    }
  }
  const DepthMap reduced = reduce_measured(map, 30, 20);
  for (std::size_t i = 0; i < reduced.pixel_count(); ++i) {
    EXPECT_EQ(reduced.values[i] > 0, expected.values[i] > 0);
  }
}

}  // namespace
}  // namespace promptdepth
