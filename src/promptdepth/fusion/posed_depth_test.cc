#include "promptdepth/fusion/posed_depth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

TEST(PosedDepth, EveryMaskedPixelIsTakenAndNoOther) {
  DepthMap depth(2, 2);
  depth.values = {1, 2, 3, 4};
  DepthMap mask(2, 2);
  mask.values = {0, 255, 1, 0};
  const DepthMap moving = take_masked(depth, mask);
  EXPECT_THAT(depth.values, ElementsAre(1, 0, 0, 4));
  EXPECT_THAT(moving.values, ElementsAre(0, 2, 3, 0));
}

TEST(PosedDepth, AMaskOfAnotherSizeIsReadAtItsNearestPixels) {
  DepthMap depth(4, 2, 1.0F);
  DepthMap mask(2, 1);
  mask.values = {0, 1};
  take_masked(depth, mask);
  EXPECT_THAT(depth.values, ElementsAre(1, 1, 0, 0, 1, 1, 0, 0));
}

}  // namespace
}  // namespace promptdepth
