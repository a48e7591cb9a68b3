#include "promptdepth/train/losses.h"

#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

constexpr int kWidth = 7;
constexpr int kHeight = 6;

/// A prediction, a truth with holes, and room for derivatives.
struct Maps {
  int height = kHeight;
  int width = kWidth;
  std::vector<float> prediction = std::vector<float>(static_cast<std::size_t>(kHeight) * kWidth);
  std::vector<float> target = prediction;
  std::vector<float> valid = std::vector<float>(prediction.size(), 1.0F);
  std::vector<float> derivative = std::vector<float>(prediction.size());

  LossMaps view() {
    return {.height = height,
            .width = width,
            .prediction = prediction,
            .target = target,
            .valid = valid,
            .derivative = derivative};
  }
};

Maps random_maps(std::uint64_t seed) {
  Random random(seed);
  Maps maps;
  for (std::size_t i = 0; i < maps.target.size(); ++i) {
    maps.prediction[i] = random.uniform(0.2F, 1);
    maps.target[i] = random.uniform(0.2F, 1);
    maps.valid[i] = random.chance(0.8F) ? 1.0F : 0.0F;
  }
  return maps;
}

/// z = a + b·x + c·y.
Maps plane(float a, float b, float c) {
  Maps maps;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      maps.prediction[static_cast<std::size_t>(y * kWidth + x)] =
          a + b * static_cast<float>(x) + c * static_cast<float>(y);
    }
  }
  return maps;
}

using Loss = std::function<double(const LossMaps&, double)>;

/// The derivative that is added is `weight` times that of finite differences. The step is small
/// against the distance of these random values from each other and from the kinks.
void expect_derivative(const Loss& loss, Maps maps, double tolerance) {
  constexpr double kWeight = 0.7;
  constexpr float kStep = 1e-4F;
  loss(maps.view(), kWeight);
  for (std::size_t i = 0; i < maps.prediction.size(); ++i) {
    Maps above = maps;
    Maps below = maps;
    above.prediction[i] += kStep;
    below.prediction[i] -= kStep;
    const double width = static_cast<double>(above.prediction[i]) - below.prediction[i];
    const double slope = (loss(above.view(), 1) - loss(below.view(), 1)) / width;
    EXPECT_NEAR(maps.derivative[i], kWeight * slope, tolerance) << i;
  }
}

TEST(L1Loss, OfAnOffsetIsTheOffset) {
  Maps maps = plane(0.25F, 0, 0);
  EXPECT_DOUBLE_EQ(l1_loss(maps.view(), 0, 1), 0.25);
  EXPECT_DOUBLE_EQ(l1_loss(maps.view(), 0.5, 1), 0.25 * 0.25 / (2 * 0.5));
}

TEST(L1Loss, HasTheDerivativeOfFiniteDifferences) {
  for (const double soft_width : {0.0, 0.3}) {
    expect_derivative([&](const LossMaps& m, double w) { return l1_loss(m, soft_width, w); },
                      random_maps(1), 1e-4);
  }
}

TEST(GradientLoss, OfAPlaneIsItsSlopesTimesItsStrides) {
  Maps maps = plane(3, 0.25F, -0.125F);
  EXPECT_NEAR(gradient_loss(maps.view(), 3, 0, 1), (1 + 2 + 4) * (0.25 + 0.125), 1e-6);
}

TEST(GradientLoss, DoesNotSeeAnOffset) {
  Maps maps = random_maps(2);
  const double before = gradient_loss(maps.view(), 4, 0, 1);
  for (float& value : maps.prediction) value += 0.5F;
  EXPECT_NEAR(gradient_loss(maps.view(), 4, 0, 1), before, 1e-6);
}

TEST(GradientLoss, HasTheDerivativeOfFiniteDifferences) {
  for (const double soft_width : {0.0, 0.3}) {
    expect_derivative(
        [&](const LossMaps& m, double w) { return gradient_loss(m, 3, soft_width, w); },
        random_maps(3), 2e-4);
  }
}

/// With d constant, mean d² - focus·(mean d)² is (1 - focus)·d².
TEST(SilogLoss, ForgivesAShareOfAScale) {
  Maps maps = random_maps(4);
  for (std::size_t i = 0; i < maps.target.size(); ++i) maps.prediction[i] = maps.target[i] * 1.5F;
  const MetricScale metres{.span_m = 4, .min_m = 0};
  EXPECT_NEAR(silog_loss(maps.view(), metres, 0, 1), std::log(1.5), 1e-6);
  EXPECT_NEAR(silog_loss(maps.view(), metres, 0.5, 1), std::sqrt(0.5) * std::log(1.5), 1e-6);
  EXPECT_NEAR(silog_loss(maps.view(), metres, 1, 1), 0, 1e-3);
}

TEST(SilogLoss, HasTheDerivativeOfFiniteDifferences) {
  const MetricScale metres{.span_m = 3, .min_m = 0.5};
  expect_derivative([&](const LossMaps& m, double w) { return silog_loss(m, metres, 0.5, w); },
                    random_maps(5), 1e-4);
}

TEST(SilogLoss, StaysFiniteBelowZeroAndOfAPerfectPrediction) {
  Maps maps = random_maps(6);
  maps.prediction = maps.target;
  EXPECT_EQ(silog_loss(maps.view(), {}, 0.5, 1), 0);
  maps.prediction.assign(maps.prediction.size(), -1.0F);
  EXPECT_TRUE(std::isfinite(silog_loss(maps.view(), {}, 0.5, 1)));
  for (const float slope : maps.derivative) EXPECT_EQ(slope, 0);
}

TEST(RelativeLoss, DoesNotSeeScaleAndShift) {
  Maps maps = random_maps(7);
  const RelativeLossValue before = relative_loss(maps.view(), {}, 1);
  EXPECT_GT(before.scale_shift_invariant, 0.1);
  for (float& value : maps.prediction) value = 3 * value - 2;
  const RelativeLossValue after = relative_loss(maps.view(), {}, 1);
  EXPECT_NEAR(after.scale_shift_invariant, before.scale_shift_invariant, 1e-5);
  EXPECT_NEAR(after.gradient_matching, before.gradient_matching, 1e-5);
  maps.prediction = maps.target;
  for (float& value : maps.prediction) value = 0.5F * value + 1;
  EXPECT_NEAR(relative_loss(maps.view(), {}, 1).scale_shift_invariant, 0, 1e-5);
}

/// Truth 0, 1, 2, 3, 4: median 2, mean deviation 6/5. The prediction differs in its last value, 9:
/// median 2, mean deviation 11/5.
TEST(RelativeLoss, IsWhatMedianAndMeanDeviationSay) {
  Maps maps;
  maps.height = 1;
  maps.width = 5;
  maps.target = {0, 1, 2, 3, 4};
  maps.prediction = {0, 1, 2, 3, 9};
  maps.valid.assign(5, 1.0F);
  maps.derivative.assign(5, 0.0F);
  const double p = 5.0 / 11;
  const double q = 5.0 / 6;
  const double difference[] = {2 * (q - p), q - p, 0, q - p, 7 * p - 2 * q};
  double sum = 0;
  for (const double d : difference) sum += d;
  EXPECT_NEAR(relative_loss(maps.view(), {.trim_share = 0}, 1).scale_shift_invariant, sum / 5,
              1e-6);
  EXPECT_NEAR(relative_loss(maps.view(), {.trim_share = 0.2}, 1).scale_shift_invariant,
              (sum - difference[4]) / 4, 1e-6);
}

TEST(RelativeLoss, HasTheDerivativeOfFiniteDifferencesThroughMedianAndDeviation) {
  for (const auto& [first, second] : {std::pair(1.0, 0.0), std::pair(0.0, 1.0)}) {
    const RelativeLoss options{
        .scale_shift_invariant = first, .gradient_matching = second, .trim_share = 0, .scales = 2};
    expect_derivative(
        [&](const LossMaps& m, double w) {
          const RelativeLossValue value = relative_loss(m, options, w);
          return options.scale_shift_invariant * value.scale_shift_invariant +
                 options.gradient_matching * value.gradient_matching;
        },
        random_maps(8), 2e-3);
  }
}

TEST(RelativeLoss, OfAConstantMapIsZero) {
  Maps maps = random_maps(9);
  maps.prediction.assign(maps.prediction.size(), 0.5F);
  EXPECT_EQ(relative_loss(maps.view(), {}, 1).scale_shift_invariant, 0);
}

TEST(Losses, AreZeroWithoutAnyTruth) {
  Maps maps = random_maps(10);
  maps.valid.assign(maps.valid.size(), 0.0F);
  EXPECT_EQ(l1_loss(maps.view(), 0, 1), 0);
  EXPECT_EQ(gradient_loss(maps.view(), 4, 0, 1), 0);
  EXPECT_EQ(silog_loss(maps.view(), {}, 0.5, 1), 0);
  EXPECT_EQ(relative_loss(maps.view(), {}, 1).scale_shift_invariant, 0);
  for (const float slope : maps.derivative) EXPECT_EQ(slope, 0);
}

}  // namespace
}  // namespace promptdepth
