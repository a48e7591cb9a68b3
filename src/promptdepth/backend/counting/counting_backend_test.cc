#include "promptdepth/backend/counting/counting_backend.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

class Counting : public ::testing::Test {
 protected:
  static HostTensor zeros(Shape shape) { return HostTensor::filled(shape, 0.0F); }

  CountingBackend backend_;
  std::unique_ptr<Session> session_ = backend_.make_session();
};

TEST_F(Counting, TwoPerMultiplyAddOfALinearLayer) {
  const LinearPtr layer = backend_.prepare(LinearWeights{.name = "l", .weight = zeros({7, 5})});
  const FeatureMap y = session_->linear(session_->upload({}, {2, 1, 3, 5}), *layer, {});
  EXPECT_EQ(y.shape(), (FeatureShape{2, 1, 3, 7}));
  EXPECT_EQ(counted_flop(*session_), 2.0 * 6 * 5 * 7);
}

TEST_F(Counting, ConvolutionsWithStrideAndPadding) {
  const Conv2dPtr layer = backend_.prepare(
      Conv2dWeights{.name = "c", .weight = zeros({4, 3, 3, 3}), .stride = 2, .padding = 1});
  const FeatureMap y = session_->conv2d(session_->upload({}, {1, 9, 8, 3}), *layer, {});
  EXPECT_EQ(y.shape(), (FeatureShape{1, 5, 4, 4}));
  EXPECT_EQ(counted_flop(*session_), 2.0 * 20 * 4 * 27);
}

TEST_F(Counting, AttentionGrowsWithTheSquareOfTheTokens) {
  session_->attention(session_->upload({}, {1, 1, 10, 192}), 1);
  EXPECT_EQ(counted_flop(*session_), 4.0 * 10 * 10 * 64);
}

TEST_F(Counting, NineWeightsForEachPixelOfAPropagation) {
  session_->propagate(session_->upload({}, {2, 3, 4, 1}), session_->upload({}, {2, 3, 4, 9}), 8);
  EXPECT_EQ(counted_flop(*session_), 2.0 * 24 * 9);
}

TEST_F(Counting, HasNoValuesToDownload) {
  const FeatureMap x = session_->upload({}, {1, 1, 1, 1});
  float value = 0;
  EXPECT_THROW(session_->download(x, {&value, 1}), Error);
}

}  // namespace
}  // namespace promptdepth
