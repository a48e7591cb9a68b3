#include "promptdepth/metrics/depth_metrics.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

DepthMap row(std::initializer_list<float> values) {
  DepthMap map(static_cast<int>(values.size()), 1);
  map.values = values;
  return map;
}

TEST(DepthMetrics, MatchHandComputedValuesOverValidPixels) {
  const DepthMap truth = row({1, 2, 4, 0, 0.005F});
  const DepthMap prediction = row({1.1F, 2, 3, 7, 7});
  const DepthMetrics metrics = measure_depth(prediction, truth);
  EXPECT_NEAR(metrics.l1_m, (0.1 + 0 + 1) / 3, 1e-6);
  EXPECT_NEAR(metrics.rmse_m, std::sqrt((0.01 + 0 + 1) / 3), 1e-6);
  EXPECT_NEAR(metrics.abs_rel, (0.1 + 0 + 0.25) / 3, 1e-6);
  EXPECT_NEAR(metrics.delta_05, 2.0 / 3, 1e-12);
}

TEST(DepthMetrics, InverseErrorsArePerKilometreAndTakeNoDepthForAMillimetre) {
  const DepthMap truth = row({2, 4, 1, 0});
  const DepthMap prediction = row({2.5F, 4, 0, 3});
  // 1/2 - 1/2.5 = 0.1, 0, 1 - 1000 = -999 per metre
  const DepthMetrics metrics = measure_depth(prediction, truth);
  EXPECT_NEAR(metrics.imae_per_km, 1000 * (0.1 + 0 + 999) / 3, 1e-6);
  EXPECT_NEAR(metrics.irmse_per_km, 1000 * std::sqrt((0.01 + 0 + 999.0 * 999) / 3), 1e-6);
}

TEST(DepthMetrics, Delta1IsTheShareWithinAQuarter) {
  const DepthMap truth = row({1, 1, 1, 1, 4});
  const DepthMap prediction = row({1.2F, 1.25F, 1.3F, 0.81F, 3.3F});
  EXPECT_NEAR(measure_depth(prediction, truth).delta_1, 0.6, 1e-12);
}

TEST(DepthMetrics, DeltaComparesTheGreaterRatioStrictlyWithTheRootOf125) {
  const float root = std::sqrt(1.25F);
  const DepthMap truth = row({1, 1, 1, 1, 1});
  const DepthMap prediction = row({root * 1.001F, root * 0.999F, 1 / (root * 1.001F), 0.999F, 0});
  EXPECT_NEAR(measure_depth(prediction, truth).delta_05, 0.4, 1e-12);
}

TEST(DepthMetrics, SplitTheErrorIntoNearEdgesAndElsewhere) {
  DepthMap truth(20, 3, 1.0F);
  DepthMap prediction(20, 3, 1.0F);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 20; ++x) {
      if (x >= 10) truth.at(x, y) = 2;  // the edge is between columns 9 and 10
      const bool near = x >= 5 && x <= 14;
      prediction.at(x, y) = truth.at(x, y) + (near ? 0.5F : 0.125F);
    }
  }
  const DepthMetrics metrics = measure_depth(prediction, truth);
  EXPECT_EQ(metrics.l1_near_edges_m, 0.5);
  EXPECT_EQ(metrics.l1_elsewhere_m, 0.125);
  EXPECT_EQ(metrics.l1_m, (10 * 0.5 + 10 * 0.125) / 20);
}

TEST(DepthMetrics, KnowNoEdgeOnASlopeOrAtAHole) {
  const DepthMap truth = row({1, 1.04F, 1.08F, 0, 3, 3.1F});
  const DepthMetrics metrics = measure_depth(truth, truth);
  EXPECT_FALSE(metrics.l1_near_edges_m.has_value());
  EXPECT_EQ(metrics.l1_elsewhere_m, 0);
}

TEST(DepthMetrics, EdgeNeighbourhoodIsASquareAboutEveryPixelAtAnEdge) {
  DepthMap truth(15, 13, 2.0F);
  truth.at(7, 6) = 1;
  truth.at(4, 6) = 0;  // a hole is never near
  const DepthMap near = edge_neighbourhood(truth, {.edge_distance_px = 2});
  for (int y = 0; y < 13; ++y) {
    for (int x = 0; x < 15; ++x) {
      const int dx = std::abs(x - 7);
      const int dy = std::abs(y - 6);
      // the pixel and its four neighbours are at the edge
      const bool expected = (dx <= 2 && dy <= 3) || (dx <= 3 && dy <= 2);
      EXPECT_EQ(near.at(x, y), expected && !(x == 4 && y == 6) ? 1 : 0) << x << ", " << y;
    }
  }
}

TEST(DepthMetrics, AverageOverImagesThatHaveTheMetric) {
  MeanDepthMetrics mean;
  mean.add({.l1_m = 1,
            .rmse_m = 2,
            .abs_rel = 3,
            .imae_per_km = 6,
            .irmse_per_km = 7,
            .delta_05 = 1,
            .delta_1 = 1,
            .l1_near_edges_m = 4,
            .l1_elsewhere_m = 1});
  mean.add({.l1_m = 3,
            .rmse_m = 4,
            .abs_rel = 5,
            .imae_per_km = 8,
            .irmse_per_km = 9,
            .delta_05 = 0,
            .delta_1 = 0.5,
            .l1_near_edges_m = std::nullopt,
            .l1_elsewhere_m = 2});
  EXPECT_EQ(mean.image_count(), 2U);
  EXPECT_EQ(mean.mean().l1_m, 2);
  EXPECT_EQ(mean.mean().rmse_m, 3);
  EXPECT_EQ(mean.mean().abs_rel, 4);
  EXPECT_EQ(mean.mean().imae_per_km, 7);
  EXPECT_EQ(mean.mean().irmse_per_km, 8);
  EXPECT_EQ(mean.mean().delta_05, 0.5);
  EXPECT_EQ(mean.mean().delta_1, 0.75);
  EXPECT_EQ(mean.mean().l1_near_edges_m, 4);
  EXPECT_EQ(mean.mean().l1_elsewhere_m, 1.5);
}

TEST(DepthMetrics, RefuseOtherSizesNoTruthAndOptionsOutOfRange) {
  EXPECT_THROW(measure_depth(row({1, 2}), row({1})), Error);
  EXPECT_THROW(measure_depth(row({1, 2}), row({0, 0})), Error);
  EXPECT_THROW(measure_depth(row({1}), row({1}), {.min_truth_m = -1}), Error);
  EXPECT_THROW(measure_depth(row({1}), row({1}), {.edge_ratio = 0.9F}), Error);
  EXPECT_THROW(measure_depth(row({1}), row({1}), {.edge_distance_px = -1}), Error);
}

}  // namespace
}  // namespace promptdepth
