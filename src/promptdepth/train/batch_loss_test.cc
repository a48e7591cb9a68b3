#include "promptdepth/train/batch_loss.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"
#include "promptdepth/train/losses.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

Batch empty_batch(std::int64_t n, std::int64_t height, std::int64_t width) {
  Batch batch{.n = n, .height = height, .width = width};
  const auto count = static_cast<std::size_t>(n * height * width);
  const auto samples = static_cast<std::size_t>(n);
  batch.target.assign(count, 0.0F);
  batch.valid.assign(count, 1.0F);
  batch.weight.assign(samples, 1.0F);
  batch.data_set.assign(samples, 0);
  batch.range.assign(samples, {.min_m = 1, .max_m = 3});
  return batch;
}

std::vector<float> random_values(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = random.uniform(0.1F, 1);
  return values;
}

LossValue loss_of(const std::vector<float>& prediction, const Batch& batch,
                  const LossSettings& settings) {
  std::vector<float> derivative(prediction.size());
  return batch_loss(prediction, batch, settings, derivative);
}

TEST(BatchLoss, IgnoresPixelsAndPairsWithoutTruth) {
  Batch batch = empty_batch(1, 4, 4);
  const LossSettings settings{.weights = {LossWeights{}}};
  std::vector<float> prediction(16, 0.5F);
  const LossValue before = loss_of(prediction, batch, settings);
  batch.valid[5] = 0;
  prediction[5] = 100;
  const LossValue after = loss_of(prediction, batch, settings);
  EXPECT_NEAR(after.l1, before.l1, 1e-9);
  EXPECT_EQ(after.gradient, 0);
}

TEST(BatchLoss, OfMicroBatchesAddsUpToTheMeanOfTheBatch) {
  Batch two = empty_batch(2, 4, 4);
  const std::vector<float> prediction = random_values(32, 3);
  two.weight[1] = 0.5F;
  const Batch first = empty_batch(1, 4, 4);
  Batch second = first;
  second.weight[0] = 0.5F;
  const LossSettings settings{.weights = {LossWeights{}}, .divisor = 2};
  const double parts =
      loss_of({prediction.begin(), prediction.begin() + 16}, first, settings).total +
      loss_of({prediction.begin() + 16, prediction.end()}, second, settings).total;
  EXPECT_NEAR(loss_of(prediction, two, settings).total, parts, 1e-9);
}

TEST(BatchLoss, WeighsEverySampleAsItsDataSetSays) {
  Batch batch = empty_batch(2, 4, 4);
  batch.data_set = {0, 1};
  const std::vector<float> prediction(32, 0.5F);
  const LossSettings settings{
      .weights = {{.l1 = 1, .gradient = 0}, {.l1 = 0, .gradient = 0, .silog = 2}}, .divisor = 1};
  const LossValue value = loss_of(prediction, batch, settings);
  EXPECT_NEAR(value.l1, 0.5, 1e-7);
  EXPECT_NEAR(value.silog, std::sqrt(0.5) * std::log(2.0), 1e-6);  // 2 m for 1 m.
  EXPECT_NEAR(value.total, value.l1 + 2 * value.silog, 1e-9);
}

/// The edge-aware loss of spec 5: L1 on the annotated depth, gradients of the pseudo ground truth.
TEST(BatchLoss, TakesGradientsOfThePseudoTruthWhereTheWeightsSaySo) {
  Batch batch = empty_batch(1, 1, 4);
  const std::vector<float> prediction = {0, 1, 2, 3};
  batch.target = {1, 2, 3, 4};
  batch.pseudo_target = {0, 3, 6, 9};
  batch.pseudo_valid = {1, 1, 1, 0};
  LossWeights weights{.l1 = 1, .gradient = 0.5, .gradient_truth = GradientTruth::kPseudo};
  LossSettings settings{.weights = {weights}, .gradient_scales = 1};
  const LossValue edge_aware = loss_of(prediction, batch, settings);
  EXPECT_NEAR(edge_aware.l1, 1, 1e-7);
  EXPECT_NEAR(edge_aware.gradient, 2, 1e-7);
  EXPECT_NEAR(edge_aware.total, 2, 1e-7);
  batch.pseudo_target.clear();
  batch.pseudo_valid.clear();
  EXPECT_EQ(loss_of(prediction, batch, settings).gradient, 0);
  settings.weights[0].gradient_truth = GradientTruth::kAnnotated;
  EXPECT_EQ(loss_of(prediction, batch, settings).gradient, 0);  // An offset has none.
}

TEST(BatchLoss, HasTheDerivativeOfFiniteDifferencesWithEveryTerm) {
  Batch batch = empty_batch(2, 5, 6);
  const std::vector<float> prediction = random_values(60, 7);
  batch.target = random_values(60, 8);
  batch.pseudo_target = random_values(60, 9);
  batch.pseudo_valid.assign(60, 1.0F);
  batch.valid[7] = batch.pseudo_valid[13] = 0;
  batch.weight[1] = 0.3F;
  const LossSettings settings{.weights = {{.l1 = 0.7,
                                           .gradient = 0.4,
                                           .gradient_truth = GradientTruth::kPseudo,
                                           .silog = 0.5,
                                           .scale_shift_invariant = 0.2,
                                           .gradient_matching = 0.1}},
                              .soft_width = 0.1,
                              .gradient_scales = 2,
                              .trim_share = 0,
                              .divisor = 2};
  std::vector<float> derivative(prediction.size());
  batch_loss(prediction, batch, settings, derivative);
  constexpr float kStep = 1e-4F;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    std::vector<float> above = prediction;
    std::vector<float> below = prediction;
    above[i] += kStep;
    below[i] -= kStep;
    const double slope =
        (loss_of(above, batch, settings).total - loss_of(below, batch, settings).total) /
        (static_cast<double>(above[i]) - static_cast<double>(below[i]));
    EXPECT_NEAR(derivative[i], slope, 1e-3) << i;
  }
}

TEST(LossSettings, FollowTheRecipeItsStepAndItsProcesses) {
  Recipe recipe = tiny_recipe();
  recipe.model.family = "prompt_depth_anything";
  recipe.steps = 10;
  recipe.prompt_free_steps = 2;
  recipe.loss.weights.gradient = 0.25;
  recipe.loss.soft_width = 0.2;
  recipe.loss.soft_share = 0.4;
  recipe.data.push_back({.kind = DataKind::kArkitScenes, .path = "somewhere"});
  recipe.loss.per_data = {{.data = "arkitscenes", .weights = {.l1 = 3, .gradient = 0}}};
  EXPECT_EQ(loss_settings(recipe, 1, 1).weights[0].gradient, 0);
  const LossSettings later = loss_settings(recipe, 2, 3);
  EXPECT_EQ(later.weights[0].gradient, 0.25);
  EXPECT_EQ(later.weights[1].l1, 3);
  EXPECT_EQ(later.weights[1].gradient, 0);
  EXPECT_DOUBLE_EQ(later.soft_width, 0.1);
  EXPECT_DOUBLE_EQ(later.divisor, 3.0 * static_cast<double>(recipe.batch));
}

}  // namespace
}  // namespace promptdepth
