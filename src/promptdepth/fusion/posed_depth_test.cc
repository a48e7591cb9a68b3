#include "promptdepth/fusion/posed_depth.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

DepthMap two_by_two() {
  DepthMap depth(2, 2);
  depth.values = {1, 2, 3, 4};
  return depth;
}

TEST(PosedDepth, DropsWhatIsLessThanSureAlsoFromASmallerMap) {
  DepthMap depth = two_by_two();
  DepthMap confidence(2, 2);
  confidence.values = {0, 1, 2, std::numeric_limits<float>::quiet_NaN()};
  drop_uncertain(depth, confidence, 1);
  EXPECT_THAT(depth.values, ElementsAre(0, 2, 3, 0));
  DepthMap row(2, 1);
  row.values = {2, 0};
  depth = two_by_two();
  drop_uncertain(depth, row, 1);
  EXPECT_THAT(depth.values, ElementsAre(1, 0, 3, 0));
}

TEST(PosedDepth, EveryMaskedPixelIsTakenAndNoOther) {
  DepthMap depth = two_by_two();
  DepthMap mask(2, 2);
  mask.values = {0, 255, 1, 0};
  const DepthMap moving = take_masked(depth, mask);
  EXPECT_THAT(depth.values, ElementsAre(1, 0, 0, 4));
  EXPECT_THAT(moving.values, ElementsAre(0, 2, 3, 0));
}

}  // namespace
}  // namespace promptdepth
