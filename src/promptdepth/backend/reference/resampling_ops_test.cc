#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_fixture.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

class ReferenceResampling : public ReferenceFixture {
 protected:
  /// 10·y + x in two channels, the second negated.
  FeatureMap ramp(std::int64_t height, std::int64_t width) {
    std::vector<float> numbers;
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        numbers.push_back(static_cast<float>(10 * y + x));
        numbers.push_back(-numbers.back());
      }
    }
    return map({1, height, width, 2}, numbers);
  }
};

TEST_F(ReferenceResampling, ResizeWithAlignedCornersKeepsALinearRamp) {
  const std::vector<float> y =
      values(session_->resize_bilinear(ramp(3, 4), 5, 7, PixelAlignment::kCornersAlign));
  for (std::size_t row = 0; row < 5; ++row) {
    for (std::size_t column = 0; column < 7; ++column) {
      const float expected =
          10.0F * static_cast<float>(row) * 0.5F + static_cast<float>(column) * 0.5F;
      EXPECT_FLOAT_EQ(y[(row * 7 + column) * 2], expected);
      EXPECT_FLOAT_EQ(y[(row * 7 + column) * 2 + 1], -expected);
    }
  }
}

TEST_F(ReferenceResampling, ResizeByHalfPixelsAveragesWhenHalving) {
  const FeatureMap y = session_->resize_bilinear(ramp(2, 4), 1, 2, PixelAlignment::kHalfPixel);
  EXPECT_THAT(values(y), ElementsAre(5.5F, -5.5F, 7.5F, -7.5F));
}

TEST_F(ReferenceResampling, ResizeByHalfPixelsTakesTheBorderOutside) {
  const FeatureMap y =
      session_->resize_bilinear(map({1, 1, 2, 1}, {0, 4}), 1, 4, PixelAlignment::kHalfPixel);
  EXPECT_THAT(values(y), ElementsAre(0, 1, 3, 4));
}

TEST_F(ReferenceResampling, ResizeToTheSameSizeChangesNothing) {
  const FeatureMap x = counting({2, 3, 5, 3});
  for (const auto alignment : {PixelAlignment::kHalfPixel, PixelAlignment::kCornersAlign}) {
    EXPECT_EQ(values(session_->resize_bilinear(x, 3, 5, alignment)), values(x));
  }
}

TEST_F(ReferenceResampling, SpaceToDepthGathersBlocksRowByRow) {
  const FeatureMap y = session_->space_to_depth(counting({1, 2, 4, 1}), 2);
  EXPECT_EQ(y.shape(), (FeatureShape{1, 1, 2, 4}));
  EXPECT_THAT(values(y), ElementsAre(0, 1, 4, 5, 2, 3, 6, 7));
}

TEST_F(ReferenceResampling, SpaceToDepthRepeatsTheLastRowAndColumn) {
  const FeatureMap y = session_->space_to_depth(counting({1, 1, 3, 1}), 2);
  EXPECT_EQ(y.shape(), (FeatureShape{1, 1, 2, 4}));
  EXPECT_THAT(values(y), ElementsAre(0, 1, 0, 1, 2, 2, 2, 2));
}

TEST_F(ReferenceResampling, DepthToSpaceIsItsInverse) {
  const FeatureMap x = counting({2, 5, 7, 3});
  for (const int block : {1, 2, 3, 4}) {
    const FeatureMap blocks = session_->space_to_depth(x, block);
    EXPECT_EQ(values(session_->depth_to_space(blocks, block, 5, 7)), values(x)) << block;
  }
}

TEST_F(ReferenceResampling, DepthToSpaceRefusesToInventPixels) {
  expect_refused([&] { session_->depth_to_space(counting({1, 2, 2, 4}), 2, 5, 4); });
  expect_refused([&] { session_->depth_to_space(counting({1, 2, 2, 3}), 2, 4, 4); });
}

TEST_F(ReferenceResampling, ConcatJoinsChannelsInOrder) {
  const FeatureMap parts[] = {map({1, 1, 2, 1}, {1, 2}), map({1, 1, 2, 2}, {3, 4, 5, 6}),
                              map({1, 1, 2, 1}, {7, 8})};
  const FeatureMap y = session_->concat(parts);
  EXPECT_EQ(y.shape(), (FeatureShape{1, 1, 2, 4}));
  EXPECT_THAT(values(y), ElementsAre(1, 3, 4, 7, 2, 5, 6, 8));
  const FeatureMap unequal[] = {parts[0], map({1, 2, 1, 1}, {1, 2})};
  expect_refused([&] { session_->concat(unequal); });
}

TEST_F(ReferenceResampling, AddLeavesSharedOperandsAsTheyAre) {
  const FeatureMap x = map({1, 1, 2, 1}, {1, 2});
  EXPECT_THAT(values(session_->add(x, x)), ElementsAre(2, 4));
  EXPECT_THAT(values(x), ElementsAre(1, 2));
  expect_refused([&] { session_->add(x, counting({1, 2, 1, 1})); });
}

/// Logits that let one tap of nine win everywhere.
std::vector<float> logits_for(int tap, std::int64_t pixels) {
  std::vector<float> logits(static_cast<std::size_t>(pixels) * 9, 0.0F);
  for (std::size_t i = static_cast<std::size_t>(tap); i < logits.size(); i += 9) logits[i] = 200.0F;
  return logits;
}

TEST_F(ReferenceResampling, PropagationTakesTheNeighbourWithTheGreatestLogit) {
  const FeatureMap x = counting({1, 3, 4, 1});
  const FeatureMap left = session_->propagate(x, map({1, 3, 4, 9}, logits_for(3, 12)), 1);
  EXPECT_THAT(values(left), ElementsAre(0, 0, 1, 2, 4, 4, 5, 6, 8, 8, 9, 10));
  const FeatureMap above = session_->propagate(x, map({1, 3, 4, 9}, logits_for(1, 12)), 2);
  EXPECT_THAT(values(above), ElementsAre(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
  const FeatureMap diagonal = session_->propagate(x, map({1, 3, 4, 9}, logits_for(8, 12)), 1);
  EXPECT_THAT(values(diagonal), ElementsAre(5, 6, 7, 7, 9, 10, 11, 11, 9, 10, 11, 11));
}

TEST_F(ReferenceResampling, PropagationOfEqualLogitsKeepsMostOfThePixelItself) {
  const FeatureMap y = session_->propagate(map({1, 1, 3, 1}, {0, 1, 0}),
                                           map({1, 1, 3, 9}, std::vector<float>(27, -3.0F)), 1);
  const float centre = std::exp(kCentreTapLogit);
  // The rows above and below are the border's: the same pixel three times.
  EXPECT_FLOAT_EQ(values(y)[1], (centre + 2) / (centre + 8));
  EXPECT_FLOAT_EQ(values(y)[0], 3 / (centre + 8));
}

TEST_F(ReferenceResampling, PropagationRefusesOtherShapesAndDilations) {
  const FeatureMap x = counting({1, 2, 2, 1});
  const FeatureMap logits = map({1, 2, 2, 9}, std::vector<float>(36, 0.0F));
  expect_refused([&] { session_->propagate(x, x, 1); });
  expect_refused([&] { session_->propagate(logits, logits, 1); });
  expect_refused([&] { session_->propagate(x, logits, 0); });
  expect_refused([&] { session_->propagate(x, logits, kMostDilation + 1); });
}

}  // namespace
}  // namespace promptdepth
