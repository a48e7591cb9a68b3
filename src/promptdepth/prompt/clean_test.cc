#include "promptdepth/prompt/clean.h"

#include <limits>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

DepthMap row(std::initializer_list<float> values) {
  DepthMap map(static_cast<int>(values.size()), 1);
  map.values = values;
  return map;
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(PromptClean, KeepsMeasurementsAndZeroesTheRest) {
  const DepthMap cleaned = clean_depth(
      row({kNan, kInfinity, -kInfinity, -1.0F, 0.0F, -0.0F, 1e-4F, 0.01F, 2.5F, 5.0F, 5.1F}),
      {.min_m = 0.01F, .max_m = 5.0F});
  EXPECT_EQ(cleaned.values, row({0, 0, 0, 0, 0, 0, 0, 0.01F, 2.5F, 5.0F, 0}).values);
}

TEST(PromptClean, RefusesAnEmptyOrUnboundedInterval) {
  EXPECT_THROW(clean_depth({}, {.min_m = 0}), Error);
  EXPECT_THROW(clean_depth({}, {.min_m = kNan}), Error);
  EXPECT_THROW(clean_depth({}, {.min_m = 2, .max_m = 1}), Error);
  EXPECT_THROW(clean_depth({}, {.max_m = kInfinity}), Error);
}

TEST(PromptClean, DropsPixelsBelowTheConfidence) {
  const DepthMap kept = apply_confidence(row({1, 2, 3, 4}), row({0, 1, 2, kNan}), 1.0F);
  EXPECT_EQ(kept.values, row({0, 2, 3, 0}).values);
}

TEST(PromptClean, ReadsAConfidenceOfAnotherSizeAtTheNearestPixel) {
  const DepthMap confidence = row({0, 2});
  EXPECT_EQ(apply_confidence(row({1, 2, 3, 4}), confidence, 2).values, row({0, 0, 3, 4}).values);
  EXPECT_EQ(apply_confidence(row({1}), row({0, 2, 0}), 2).values, row({1}).values);
}

TEST(PromptClean, RefusesEmptyMapsForTheConfidence) {
  EXPECT_THROW(apply_confidence({}, row({1}), 1), Error);
  EXPECT_THROW(apply_confidence(row({1}), {}, 1), Error);
}

TEST(PromptClean, CountsPixelsAboveZero) {
  EXPECT_EQ(count_valid(row({0, 1, 0, 3})), 2U);
  EXPECT_EQ(count_valid({}), 0U);
}

}  // namespace
}  // namespace promptdepth
