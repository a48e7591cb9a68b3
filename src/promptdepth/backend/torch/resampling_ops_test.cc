#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

using TorchResampling = TorchFixture;

TEST_F(TorchResampling, ResizeSpreadsTheGradientOverItsTaps) {
  const FeatureMap x = variable({1, 1, 2, 1}, {0, 4});
  const FeatureMap y = session_->resize_bilinear(x, 1, 3, PixelAlignment::kCornersAlign);
  EXPECT_THAT(values(y), ElementsAre(0, 2, 4));
  EXPECT_THAT(gradient_of_sum(y, x), ElementsAre(1.5F, 1.5F));
}

TEST_F(TorchResampling, RepeatedBordersCollectTheGradientsOfTheirCopies) {
  const FeatureMap x = variable({1, 3, 3, 1}, std::vector<float>(9, 1.0F));
  EXPECT_THAT(gradient_of_sum(session_->space_to_depth(x, 2), x),
              ElementsAre(1, 1, 2, 1, 1, 2, 2, 2, 4));
}

TEST_F(TorchResampling, CroppedPixelsGetNoGradient) {
  const FeatureMap x = variable({1, 1, 1, 4}, {1, 2, 3, 4});
  EXPECT_THAT(gradient_of_sum(session_->depth_to_space(x, 2, 2, 1), x), ElementsAre(1, 0, 1, 0));
}

TEST_F(TorchResampling, ConcatAndAddPassGradientsToEveryPart) {
  const FeatureMap x = variable({1, 2, 2, 3}, std::vector<float>(12, 1.0F));
  const FeatureMap parts[] = {x, map({1, 2, 2, 1}, {1, 2, 3, 4}), x};
  EXPECT_THAT(gradient_of_sum(session_->concat(parts), x), Each(2.0F));
  EXPECT_THAT(gradient_of_sum(session_->add(x, x), x), Each(2.0F));
}

}  // namespace
}  // namespace promptdepth
