#include "promptdepth/train/losses.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

Batch empty_batch(std::int64_t n, std::int64_t height, std::int64_t width) {
  Batch batch{.n = n, .height = height, .width = width};
  const auto count = static_cast<std::size_t>(n * height * width);
  batch.target.assign(count, 0.0F);
  batch.valid.assign(count, 1.0F);
  batch.weight.assign(static_cast<std::size_t>(n), 1.0F);
  return batch;
}

LossValue loss_of(const std::vector<float>& prediction, const Batch& batch,
                  const LossRecipe& recipe, double divisor = 1, double soft_width = 0) {
  std::vector<float> derivative(prediction.size());
  return prompt_space_loss(prediction, batch, recipe, soft_width, divisor, derivative);
}

/// e = a + b·x + c·y: |e| is constant for a plane of slope 0, and every difference over a stride s
/// is b·s or c·s.
TEST(Losses, OfAPlaneAreItsOffsetAndItsSlopes) {
  const Batch batch = empty_batch(1, 9, 12);
  std::vector<float> prediction;
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 12; ++x) {
      prediction.push_back(2.0F + 0.25F * static_cast<float>(x) - 0.125F * static_cast<float>(y));
    }
  }
  const LossValue value =
      loss_of(prediction, batch, {.l1 = 1, .gradient = 0.5, .gradient_scales = 4});
  EXPECT_NEAR(value.l1, 2.0 + 0.25 * 5.5 - 0.125 * 4, 1e-6);
  EXPECT_NEAR(value.gradient, (1 + 2 + 4 + 8) * (0.25 + 0.125), 1e-6);
  EXPECT_NEAR(value.total, value.l1 + 0.5 * value.gradient, 1e-9);
}

TEST(Losses, IgnorePixelsAndPairsWithoutTruth) {
  Batch batch = empty_batch(1, 4, 4);
  std::vector<float> prediction(16, 0.5F);
  const LossValue before = loss_of(prediction, batch, {});
  batch.valid[5] = 0;
  prediction[5] = 100;
  const LossValue after = loss_of(prediction, batch, {});
  EXPECT_NEAR(after.l1, before.l1, 1e-9);
  EXPECT_EQ(after.gradient, 0);
}

TEST(Losses, OfAMicroBatchAddUpToTheMeanOfTheBatch) {
  Batch two = empty_batch(2, 4, 4);
  std::vector<float> prediction(32);
  Random random(3);
  for (float& value : prediction) value = random.normal();
  two.weight[1] = 0.5F;
  Batch first = empty_batch(1, 4, 4);
  Batch second = first;
  second.weight[0] = 0.5F;
  const double parts = loss_of({prediction.begin(), prediction.begin() + 16}, first, {}, 2).total +
                       loss_of({prediction.begin() + 16, prediction.end()}, second, {}, 2).total;
  EXPECT_NEAR(loss_of(prediction, two, {}, 2).total, parts, 1e-9);
}

void expect_derivative_of_finite_differences(double soft_width) {
  Random random(7);
  Batch batch = empty_batch(2, 6, 7);
  std::vector<float> prediction(batch.target.size());
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    prediction[i] = random.normal();
    batch.target[i] = random.normal();
    batch.valid[i] = random.chance(0.8F) ? 1.0F : 0.0F;
  }
  batch.weight[1] = 0.3F;
  const LossRecipe recipe{.l1 = 0.7, .gradient = 0.4, .gradient_scales = 3};
  std::vector<float> derivative(prediction.size());
  prompt_space_loss(prediction, batch, recipe, soft_width, 2, derivative);
  constexpr float kStep = 1e-3F;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    std::vector<float> above = prediction;
    std::vector<float> below = prediction;
    above[i] += kStep;
    below[i] -= kStep;
    const double slope = (loss_of(above, batch, recipe, 2, soft_width).total -
                          loss_of(below, batch, recipe, 2, soft_width).total) /
                         (static_cast<double>(above[i]) - static_cast<double>(below[i]));
    // Piecewise linear or quadratic: exact but for a kink within the step, which this seed avoids.
    EXPECT_NEAR(derivative[i], slope, 2e-5) << i;
  }
}

TEST(Losses, HaveTheDerivativeOfFiniteDifferences) { expect_derivative_of_finite_differences(0); }

TEST(Losses, HaveTheDerivativeOfFiniteDifferencesWhereTheyAreSoft) {
  expect_derivative_of_finite_differences(0.5);
}

TEST(Losses, CountSmallErrorsByTheirSquareWhereTheyAreSoft) {
  const Batch batch = empty_batch(1, 2, 2);
  EXPECT_NEAR(loss_of({0.1F, 0.1F, 0.1F, 0.1F}, batch, {}, 1, 0.4).l1, 0.01 / 0.8, 1e-7);
  EXPECT_NEAR(loss_of({1, 1, 1, 1}, batch, {}, 1, 0.4).l1, 1 - 0.2, 1e-7);
}

TEST(Losses, AreZeroWithoutAnyTruth) {
  Batch batch = empty_batch(1, 3, 3);
  batch.valid.assign(9, 0.0F);
  EXPECT_EQ(loss_of(std::vector<float>(9, 1.0F), batch, {}).total, 0);
}

}  // namespace
}  // namespace promptdepth
