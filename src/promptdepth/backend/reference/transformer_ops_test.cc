#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_fixture.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

class ReferenceTransformer : public ReferenceFixture {
 protected:
  LinearPtr identity(std::int64_t channels) {
    std::vector<float> weight(static_cast<std::size_t>(channels * channels));
    for (std::int64_t i = 0; i < channels; ++i) {
      weight[static_cast<std::size_t>(i * channels + i)] = 1.0F;
    }
    return backend_->prepare(
        LinearWeights{.name = "identity", .weight = tensor({channels, channels}, weight)});
  }

  LayerNormPtr unit_norm(std::int64_t channels, float epsilon) {
    return backend_->prepare(LayerNormWeights{.name = "norm",
                                              .weight = HostTensor::filled({channels}, 1.0F),
                                              .bias = HostTensor::filled({channels}, 0.0F),
                                              .epsilon = epsilon});
  }
};

TEST_F(ReferenceTransformer, LinearWithIdentityWeightsChangesNothing) {
  const FeatureMap x = counting({2, 1, 3, 5});
  EXPECT_EQ(values(session_->linear(x, *identity(5), {})), values(x));
}

TEST_F(ReferenceTransformer, LinearIsTheProductWithTheTransposedWeightsPlusBias) {
  const LinearPtr layer = backend_->prepare(LinearWeights{
      .name = "l", .weight = tensor({2, 3}, {1, 2, 3, 4, 5, 6}), .bias = tensor({2}, {0.5F, -1})});
  const FeatureMap y = session_->linear(map({1, 1, 1, 3}, {1, 10, 100}), *layer, {});
  EXPECT_THAT(values(y), ElementsAre(321.5F, 653.0F));
}

TEST_F(ReferenceTransformer, LinearScalesAfterTheBiasAndAddsTheResidualLast) {
  const LinearPtr layer = backend_->prepare(LinearWeights{.name = "l",
                                                          .weight = tensor({1, 1}, {2}),
                                                          .bias = tensor({1}, {1}),
                                                          .scale_name = "gamma",
                                                          .scale = tensor({1}, {10})});
  const FeatureMap residual = map({1, 1, 2, 1}, {0.5F, 0.25F});
  const FeatureMap y = session_->linear(map({1, 1, 2, 1}, {3, 4}), *layer, {.residual = residual});
  EXPECT_THAT(values(y), ElementsAre(70.5F, 90.25F));
  EXPECT_THAT(values(residual), ElementsAre(0.5F, 0.25F));
}

TEST_F(ReferenceTransformer, LinearAppliesGeluBeforeTheResidual) {
  const FeatureMap y =
      session_->linear(map({1, 1, 1, 1}, {1}), *identity(1),
                       {.nonlinearity = Nonlinearity::kGelu, .residual = map({1, 1, 1, 1}, {100})});
  EXPECT_FLOAT_EQ(values(y)[0], 100.841344746F);
}

TEST_F(ReferenceTransformer, LinearRefusesOtherWidths) {
  expect_refused([&] { session_->linear(counting({1, 1, 2, 3}), *identity(4), {}); });
  expect_refused([&] {
    session_->linear(counting({1, 1, 2, 4}), *identity(4), {.residual = counting({1, 1, 3, 4})});
  });
}

TEST_F(ReferenceTransformer, LayerNormOfAKnownRow) {
  // Mean 5, variance 5.
  const FeatureMap y = session_->layer_norm(map({1, 1, 1, 4}, {2, 4, 6, 8}), *unit_norm(4, 0.0F));
  const float s = 1.0F / std::sqrt(5.0F);
  EXPECT_THAT(values(y), Pointwise(FloatNear(1e-6F), {-3 * s, -s, s, 3 * s}));
}

TEST_F(ReferenceTransformer, LayerNormOfAConstantRowIsItsBias) {
  const LayerNormPtr layer = backend_->prepare(LayerNormWeights{
      .name = "n", .weight = tensor({2}, {3, 4}), .bias = tensor({2}, {-1, 7}), .epsilon = 1e-6F});
  EXPECT_THAT(values(session_->layer_norm(map({1, 1, 1, 2}, {1e6F, 1e6F}), *layer)),
              ElementsAre(-1.0F, 7.0F));
}

TEST_F(ReferenceTransformer, LayerNormAddsEpsilonToTheVariance) {
  const FeatureMap y = session_->layer_norm(map({1, 1, 1, 2}, {-1, 1}), *unit_norm(2, 3.0F));
  EXPECT_THAT(values(y), ElementsAre(-0.5F, 0.5F));
}

TEST_F(ReferenceTransformer, LayerNormOfPatchesLeavesTheClassTokenOut) {
  const FeatureMap tokens = map({2, 1, 3, 2}, {9, 9, 0, 2, 2, 0, 9, 9, 4, 2, 0, 8});
  const FeatureMap y = session_->layer_norm_patches(tokens, *unit_norm(2, 0.0F), 2, 1);
  EXPECT_EQ(y.shape(), (FeatureShape{2, 2, 1, 2}));
  EXPECT_THAT(values(y), ElementsAre(-1, 1, 1, -1, 1, -1, -1, 1));
  expect_refused([&] { session_->layer_norm_patches(tokens, *unit_norm(2, 0.0F), 1, 1); });
}

TEST_F(ReferenceTransformer, AttentionWithEqualKeysIsTheMeanOfTheValues) {
  // Two tokens, two heads of one channel: queries differ, keys are equal.
  const FeatureMap y =
      session_->attention(map({1, 1, 2, 6}, {5, -3, 2, 2, 10, 1, 7, 4, 2, 2, 20, 5}), 2);
  EXPECT_THAT(values(y), ElementsAre(15, 3, 15, 3));
}

TEST_F(ReferenceTransformer, AttentionFollowsAKeyThatMatchesFarBetter) {
  const FeatureMap y = session_->attention(map({1, 1, 2, 3}, {1, 1000, 5, 1, -1000, 6}), 1);
  EXPECT_THAT(values(y), ElementsAre(5, 5));
}

TEST_F(ReferenceTransformer, AttentionDividesScoresByTheRootOfTheHeadWidth) {
  // Scores 4/sqrt(4) = 2 and 0: weights e²/(e² + 1) and 1/(e² + 1).
  std::vector<float> qkv(24, 0.0F);
  for (std::size_t i = 0; i < 4; ++i) {
    qkv[i] = 1;      // query 0
    qkv[4 + i] = 1;  // key 0
    qkv[8 + i] = 1;  // value 0
  }
  const std::vector<float> y = values(session_->attention(map({1, 1, 2, 12}, qkv), 1));
  EXPECT_NEAR(y[0], 0.88079707797788, 1e-7);
  EXPECT_EQ(y[4], 0.5F);
}

TEST_F(ReferenceTransformer, AttentionKeepsTheImagesOfABatchApart) {
  const FeatureMap y = session_->attention(map({2, 1, 1, 3}, {1, 1, 5, 1, 1, 6}), 1);
  EXPECT_THAT(values(y), ElementsAre(5, 6));
  expect_refused([&] { session_->attention(counting({1, 1, 2, 6}), 4); });
}

TEST_F(ReferenceTransformer, SwigluGatesTheSecondHalf) {
  const FeatureMap y = session_->swiglu(map({1, 1, 2, 4}, {0, 2, 5, 3, 2, 0, 10, 1}));
  EXPECT_EQ(y.shape().c, 2);
  EXPECT_THAT(values(y), Pointwise(FloatNear(1e-5F), {0.0F, 5.2847824F, 17.6159415F, 0.0F}));
  expect_refused([&] { session_->swiglu(counting({1, 1, 1, 3})); });
}

TEST_F(ReferenceTransformer, PatchEmbedSumsTheNormalizedPixelsOfEachPatch) {
  PatchEmbedWeights weights{
      .name = "p", .weight = HostTensor::filled({1, 3, 2, 2}, 1.0F), .bias = tensor({1}, {0.5F})};
  for (int i = 0; i < 3; ++i) {
    weights.mean[i] = 1.0F;
    weights.std[i] = 0.5F;
  }
  const PatchEmbedPtr layer = backend_->prepare(weights);
  const FeatureMap image = counting({1, 2, 4, 3});
  const FeatureMap y = session_->patch_embed(image, *layer);
  // The left patch holds 0..5 and 12..17, sum 102: (102 − 12)·2 + 0.5; the right one 6 more each.
  EXPECT_EQ(y.shape(), (FeatureShape{1, 1, 2, 1}));
  EXPECT_THAT(values(y), ElementsAre(180.5F, 324.5F));
  expect_refused([&] { session_->patch_embed(counting({1, 3, 4, 3}), *layer); });
}

TEST_F(ReferenceTransformer, PatchEmbedReadsKernelsByChannelRowAndColumn) {
  std::vector<float> kernel(12, 0.0F);
  kernel[1 * 4 + 2] = 1.0F;  // Green, lower left.
  PatchEmbedWeights weights{
      .name = "p", .weight = tensor({1, 3, 2, 2}, kernel), .bias = tensor({1}, {0})};
  for (int i = 0; i < 3; ++i) {
    weights.mean[i] = 0.0F;
    weights.std[i] = 1.0F;
  }
  const FeatureMap y = session_->patch_embed(counting({2, 2, 2, 3}), *backend_->prepare(weights));
  EXPECT_THAT(values(y), ElementsAre(7, 19));
}

TEST_F(ReferenceTransformer, EmbedPositionsPutsTheClassTokenFirst) {
  const PositionEmbeddingPtr layer = backend_->prepare(
      PositionEmbeddingWeights{.class_token_name = "cls",
                               .class_token = tensor({1, 1, 1}, {1000}),
                               .position_name = "pos",
                               .position = tensor({1, 5, 1}, {100, 10, 20, 30, 40})});
  const FeatureMap tokens =
      session_->embed_positions(map({2, 2, 2, 1}, {1, 2, 3, 4, 5, 6, 7, 8}), *layer);
  EXPECT_EQ(tokens.shape(), (FeatureShape{2, 1, 5, 1}));
  EXPECT_THAT(values(tokens), ElementsAre(1100, 11, 22, 33, 44, 1100, 15, 26, 37, 48));
}

}  // namespace
}  // namespace promptdepth
