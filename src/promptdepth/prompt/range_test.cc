#include "promptdepth/prompt/range.h"

#include <numeric>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

DepthMap row(std::initializer_list<float> values) {
  DepthMap map(static_cast<int>(values.size()), 1);
  map.values = values;
  return map;
}

TEST(PromptRange, IgnoresPixelsWithoutMeasurement) {
  const PromptRange range = measure_range(row({0, 2, 0, 5, 3}));
  EXPECT_EQ(range.min_m, 2);
  EXPECT_EQ(range.max_m, 5);
}

TEST(PromptRange, InterpolatesBetweenOrderStatistics) {
  DepthMap map(101, 1);
  std::iota(map.values.rbegin(), map.values.rend(),
            1.0F);  // 1 to 101, the i-th percentile is i + 1
  const PromptRange range = measure_range(map, 0.025, 0.98);
  EXPECT_FLOAT_EQ(range.min_m, 3.5F);
  EXPECT_FLOAT_EQ(range.max_m, 99.0F);
}

TEST(PromptRange, NormalizesItsEndsToZeroAndOneAndBack) {
  const PromptRange range = {.min_m = 2, .max_m = 6};
  EXPECT_EQ(range.normalize(2), 0);
  EXPECT_EQ(range.normalize(6), 1);
  EXPECT_EQ(range.normalize(8), 1.5F);
  EXPECT_EQ(range.denormalize(range.normalize(3)), 3);
}

TEST(PromptRange, GivesAConstantPromptAMillimetre) {
  const PromptRange range = measure_range(row({3, 3, 0, 3}));
  EXPECT_EQ(range.span_m(), 1e-3F);
  EXPECT_EQ(range.normalize(3), 0);
  EXPECT_EQ(range.denormalize(0), 3);
}

TEST(PromptRange, RefusesAPromptWithoutMeasurementAndOtherQuantiles) {
  EXPECT_THROW(measure_range(row({0, 0})), Error);
  EXPECT_THROW(measure_range(row({1, 2}), 0.5, 0.5), Error);
  EXPECT_THROW(measure_range(row({1, 2}), -0.1, 1), Error);
  EXPECT_THROW(measure_range(row({1, 2}), 0, 1.1), Error);
}

}  // namespace
}  // namespace promptdepth
