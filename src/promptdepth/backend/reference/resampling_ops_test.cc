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

}  // namespace
}  // namespace promptdepth
