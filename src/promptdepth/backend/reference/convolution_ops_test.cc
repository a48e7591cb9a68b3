#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_fixture.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

class ReferenceConvolution : public ReferenceFixture {
 protected:
  /// A 3×3 kernel that is 1 at one tap.
  Conv2dPtr delta(std::size_t tap, int stride, int padding) {
    std::vector<float> kernel(9, 0.0F);
    kernel[tap] = 1.0F;
    return backend_->prepare(Conv2dWeights{.name = "delta",
                                           .weight = tensor({1, 1, 3, 3}, kernel),
                                           .bias = {},
                                           .stride = stride,
                                           .padding = padding});
  }

  Conv2dPtr pointwise(float weight, float bias) {
    return backend_->prepare(Conv2dWeights{.name = "pointwise",
                                           .weight = tensor({1, 1, 1, 1}, {weight}),
                                           .bias = tensor({1}, {bias})});
  }
};

TEST_F(ReferenceConvolution, DeltaKernelAtTheCentreChangesNothing) {
  const FeatureMap x = counting({2, 4, 5, 1});
  EXPECT_EQ(values(session_->conv2d(x, *delta(4, 1, 1), {})), values(x));
}

TEST_F(ReferenceConvolution, DeltaKernelOffCentreShiftsAndPadsWithZeros) {
  const FeatureMap x = map({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6});
  // Tap (0, 1) reads the row above, tap (1, 2) the column to the right.
  EXPECT_THAT(values(session_->conv2d(x, *delta(1, 1, 1), {})), ElementsAre(0, 0, 0, 1, 2, 3));
  EXPECT_THAT(values(session_->conv2d(x, *delta(5, 1, 1), {})), ElementsAre(2, 3, 0, 5, 6, 0));
}

TEST_F(ReferenceConvolution, StrideTakesEverySecondPixelAndRoundsTheSizeUpwards) {
  const FeatureMap y = session_->conv2d(counting({1, 3, 5, 1}), *delta(4, 2, 1), {});
  EXPECT_EQ(y.shape(), (FeatureShape{1, 2, 3, 1}));
  EXPECT_THAT(values(y), ElementsAre(0, 2, 4, 10, 12, 14));
}

TEST_F(ReferenceConvolution, WithoutPaddingOnlyWholeWindowsCount) {
  const FeatureMap y = session_->conv2d(counting({1, 4, 3, 1}), *delta(0, 1, 0), {});
  EXPECT_EQ(y.shape(), (FeatureShape{1, 2, 1, 1}));
  EXPECT_THAT(values(y), ElementsAre(0, 3));
  expect_refused([&] { session_->conv2d(counting({1, 2, 3, 1}), *delta(0, 1, 0), {}); });
}

TEST_F(ReferenceConvolution, AddsInputChannelsPerOutputChannel) {
  const Conv2dPtr layer =
      backend_->prepare(Conv2dWeights{.name = "mix",
                                      .weight = tensor({3, 2, 1, 1}, {1, 0, 0, 1, 1, 100}),
                                      .bias = tensor({3}, {0, 0, 0.5F})});
  const FeatureMap y = session_->conv2d(map({1, 1, 2, 2}, {1, 2, 3, 4}), *layer, {});
  EXPECT_THAT(values(y), ElementsAre(1, 2, 201.5F, 3, 4, 403.5F));
}

TEST_F(ReferenceConvolution, RectifiesItsInputAndLeavesItAsItIs) {
  const FeatureMap x = map({1, 1, 2, 1}, {-5, 5});
  EXPECT_THAT(values(session_->conv2d(x, *pointwise(2, 1), {.relu_input = true})),
              ElementsAre(1, 11));
  EXPECT_THAT(values(x), ElementsAre(-5, 5));
}

TEST_F(ReferenceConvolution, AddsTheResidualAfterTheNonlinearity) {
  const FeatureMap x = map({1, 1, 2, 1}, {-5, 5});
  const FeatureMap y =
      session_->conv2d(x, *pointwise(1, 0), {.nonlinearity = Nonlinearity::kRelu, .residual = x});
  EXPECT_THAT(values(y), ElementsAre(-5, 10));
  EXPECT_THAT(values(x), ElementsAre(-5, 5));
}

TEST_F(ReferenceConvolution, RefusesOtherChannelsAndResiduals) {
  expect_refused([&] { session_->conv2d(counting({1, 1, 1, 2}), *pointwise(1, 0), {}); });
  expect_refused([&] {
    session_->conv2d(counting({1, 1, 1, 1}), *pointwise(1, 0),
                     {.residual = counting({1, 1, 2, 1})});
  });
}

TEST_F(ReferenceConvolution, TransposedGivesEveryPixelItsOwnBlock) {
  const ConvTranspose2dPtr layer = backend_->prepare(ConvTranspose2dWeights{
      .name = "up", .weight = tensor({1, 1, 2, 2}, {1, 2, 3, 4}), .bias = tensor({1}, {0.5F})});
  const FeatureMap y = session_->conv_transpose2d(map({1, 1, 2, 1}, {1, 10}), *layer);
  EXPECT_EQ(y.shape(), (FeatureShape{1, 2, 4, 1}));
  EXPECT_THAT(values(y), ElementsAre(1.5F, 2.5F, 10.5F, 20.5F, 3.5F, 4.5F, 30.5F, 40.5F));
}

TEST_F(ReferenceConvolution, TransposedReadsWeightsByInputThenOutput) {
  // Two inputs, three outputs, one tap: y[o] = x[0]·w[0][o] + x[1]·w[1][o].
  const ConvTranspose2dPtr layer = backend_->prepare(
      ConvTranspose2dWeights{.name = "up", .weight = tensor({2, 3, 1, 1}, {1, 2, 3, 4, 5, 6})});
  EXPECT_THAT(values(session_->conv_transpose2d(map({1, 1, 1, 2}, {1, 100}), *layer)),
              ElementsAre(401, 502, 603));
}

TEST_F(ReferenceConvolution, TransposedUndoesAPatchwiseConvolution) {
  // A 2×2 convolution of stride 2 that copies each pixel of a block to a channel, and its
  // transpose.
  std::vector<float> unit(16, 0.0F);
  for (std::size_t i = 0; i < 4; ++i) unit[i * 4 + i] = 1.0F;
  const Conv2dPtr gather = backend_->prepare(
      Conv2dWeights{.name = "gather", .weight = tensor({4, 1, 2, 2}, unit), .stride = 2});
  const ConvTranspose2dPtr scatter = backend_->prepare(
      ConvTranspose2dWeights{.name = "scatter", .weight = tensor({4, 1, 2, 2}, unit)});
  const FeatureMap x = counting({2, 4, 6, 1});
  const FeatureMap back = session_->conv_transpose2d(session_->conv2d(x, *gather, {}), *scatter);
  EXPECT_THAT(values(back), ElementsAreArray(values(x)));
}

}  // namespace
}  // namespace promptdepth
