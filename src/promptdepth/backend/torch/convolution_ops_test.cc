#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

class TorchConvolution : public TorchFixture {
 protected:
  Conv2dPtr pointwise(float weight, float bias) {
    return backend_.prepare(Conv2dWeights{.name = "pointwise",
                                          .weight = tensor({1, 1, 1, 1}, {weight}),
                                          .bias = tensor({1}, {bias})});
  }

  at::Tensor parameter(std::size_t index) const { return backend_.parameters().at(index).second; }
};

TEST_F(TorchConvolution, PassesNoGradientThroughARectifiedInput) {
  const FeatureMap x = variable({1, 1, 3, 1}, {-2, 3, 5});
  const Conv2dPtr layer = pointwise(7, 1);
  const FeatureMap y = session_->conv2d(x, *layer, {.relu_input = true});
  EXPECT_THAT(values(y), ElementsAre(1, 22, 36));
  EXPECT_THAT(gradient_of_sum(y, x), ElementsAre(0, 7, 7));
}

TEST_F(TorchConvolution, HasTheSlopesOfItsNonlinearity) {
  const FeatureMap x = variable({1, 1, 2, 1}, {-2, 3});
  const Conv2dPtr layer = pointwise(10, 0);
  EXPECT_THAT(
      gradient_of_sum(session_->conv2d(x, *layer, {.nonlinearity = Nonlinearity::kRelu}), x),
      ElementsAre(0, 10));
  EXPECT_THAT(
      gradient_of_sum(session_->conv2d(x, *layer, {.nonlinearity = Nonlinearity::kLeakyRelu}), x),
      ElementsAre(1, 10));
}

TEST_F(TorchConvolution, PassesGradientsToResidualWeightAndBias) {
  const FeatureMap x = variable({1, 1, 2, 1}, {2, 3});
  const FeatureMap residual = variable({1, 1, 2, 1}, {100, 200});
  const Conv2dPtr layer = pointwise(10, 0);
  const auto y = [&] { return session_->conv2d(x, *layer, {.residual = residual}); };
  EXPECT_THAT(values(y()), ElementsAre(120, 230));
  EXPECT_THAT(gradient_of_sum(y(), residual), ElementsAre(1, 1));
  EXPECT_THAT(gradient_of_sum(y(), parameter(0)), ElementsAre(5));
  EXPECT_THAT(gradient_of_sum(y(), parameter(1)), ElementsAre(2));
}

TEST_F(TorchConvolution, TransposedSumsTheGradientsOfABlock) {
  const FeatureMap x = variable({1, 1, 2, 1}, {2, 3});
  const ConvTranspose2dPtr layer = backend_.prepare(ConvTranspose2dWeights{
      .name = "up", .weight = tensor({1, 1, 2, 2}, {1, 2, 3, 4}), .bias = tensor({1}, {0})});
  const auto y = [&] { return session_->conv_transpose2d(x, *layer); };
  EXPECT_THAT(gradient_of_sum(y(), x), ElementsAre(10, 10));
  EXPECT_THAT(gradient_of_sum(y(), parameter(0)), ElementsAre(5, 5, 5, 5));
  EXPECT_THAT(gradient_of_sum(y(), parameter(1)), ElementsAre(8));
}

}  // namespace
}  // namespace promptdepth
