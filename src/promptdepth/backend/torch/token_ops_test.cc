#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;

using TorchTokens = TorchFixture;

TEST_F(TorchTokens, TheLayerScaleIsAParameterOfItsOwn) {
  const LinearPtr layer = backend_.prepare(LinearWeights{.name = "proj",
                                                         .weight = tensor({2, 1}, {2, 3}),
                                                         .bias = tensor({2}, {1, 1}),
                                                         .scale_name = "ls.gamma",
                                                         .scale = tensor({2}, {10, 100})});
  const FeatureMap x = variable({1, 1, 2, 1}, {1, 4});
  const auto y = [&] { return session_->linear(x, *layer, {}); };
  const auto& [name, scale] = backend_.parameters().back();
  EXPECT_EQ(name, "ls.gamma");
  EXPECT_THAT(gradient_of_sum(y(), scale), ElementsAre(3 + 9, 4 + 13));
  EXPECT_THAT(gradient_of_sum(y(), x), ElementsAre(320, 320));
}

/// Rows of the resampling matrix sum to one, so a sum over 3×5 patches spreads 15 over the grid.
TEST_F(TorchTokens, PositionsAreTrainedThroughTheirResampling) {
  const PositionEmbeddingPtr layer =
      backend_.prepare(PositionEmbeddingWeights{.class_token_name = "cls_token",
                                                .class_token = tensor({1, 1, 1}, {0}),
                                                .position_name = "pos_embed",
                                                .position = HostTensor::filled({1, 17, 1}, 1.0F)});
  const FeatureMap y =
      session_->embed_positions(map({1, 3, 5, 1}, std::vector<float>(15, 0.0F)), *layer);
  const std::vector<float> gradient = gradient_of_sum(y, backend_.parameters()[1].second);
  ASSERT_EQ(gradient.size(), 17U);
  EXPECT_EQ(gradient[0], 1.0F);
  float sum = 0.0F;
  for (std::size_t i = 1; i < gradient.size(); ++i) sum += gradient[i];
  EXPECT_NEAR(sum, 15.0F, 1e-4F);
}

TEST_F(TorchTokens, TheClassTokenCollectsTheGradientsOfTheBatch) {
  const PositionEmbeddingPtr layer =
      backend_.prepare(PositionEmbeddingWeights{.class_token_name = "cls_token",
                                                .class_token = tensor({1, 1, 2}, {0, 0}),
                                                .position_name = "pos_embed",
                                                .position = HostTensor::filled({1, 2, 2}, 1.0F)});
  const FeatureMap y =
      session_->embed_positions(map({3, 1, 1, 2}, std::vector<float>(6, 0.0F)), *layer);
  EXPECT_THAT(gradient_of_sum(y, backend_.parameters()[0].second), Each(3.0F));
}

TEST_F(TorchTokens, ANormalizedRowDoesNotChangeWithItsMean) {
  const LayerNormPtr layer = backend_.prepare(LayerNormWeights{
      .name = "norm", .weight = tensor({3}, {1, 2, 3}), .bias = tensor({3}, {0, 0, 0})});
  const FeatureMap x = variable({1, 1, 1, 3}, {1, 5, 2});
  const std::vector<float> gradient = gradient_of_sum(session_->layer_norm(x, *layer), x);
  EXPECT_NEAR(gradient[0] + gradient[1] + gradient[2], 0.0F, 1e-6F);
}

TEST_F(TorchTokens, TheClassTokenGetsNoGradientFromThePatches) {
  const LayerNormPtr layer = backend_.prepare(
      LayerNormWeights{.name = "norm", .weight = tensor({2}, {1, 2}), .bias = tensor({2}, {0, 0})});
  const FeatureMap x = variable({1, 1, 3, 2}, {1, 5, 2, 3, 4, 9});
  const std::vector<float> gradient =
      gradient_of_sum(session_->layer_norm_patches(x, *layer, 1, 2), x);
  EXPECT_EQ(gradient[0], 0.0F);
  EXPECT_EQ(gradient[1], 0.0F);
  EXPECT_NE(gradient[2], 0.0F);
}

/// Weights of a softmax sum to one.
TEST_F(TorchTokens, AttentionSharesOutTheGradientOfItsValues) {
  const FeatureMap qkv = variable({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  const std::vector<float> gradient = gradient_of_sum(session_->attention(qkv, 1), qkv);
  EXPECT_THAT(gradient[2] + gradient[5], FloatNear(2.0F, 1e-6F));
}

}  // namespace
}  // namespace promptdepth
