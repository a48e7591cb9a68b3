#include "promptdepth/evaluate/scores.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "promptdepth/metrics/boundary_metrics.h"
#include "promptdepth/metrics/depth_metrics.h"

namespace promptdepth {
namespace {

double of(const Scores& scores, std::string_view key) {
  return scores[metric_index(key)].value_or(-1);
}

TEST(Scores, AreTheFiguresThatTheirKeysSay) {
  DepthMap truth(24, 16, 2.0F);
  DepthMap prediction(24, 16, 2.1F);
  for (int y = 0; y < 16; ++y) {
    for (int x = 14; x < 24; ++x) {
      truth.at(x, y) = 4;
      prediction.at(x, y) = x > 15 ? 3.0F : 2.1F;
    }
  }
  const Scores scores = measure(prediction, truth);
  ASSERT_EQ(scores.size(), metrics().size());
  const DepthMetrics depth = measure_depth(prediction, truth);
  const BoundaryScore boundary = measure_boundaries(prediction, truth);
  EXPECT_EQ(of(scores, "l1_m"), depth.l1_m);
  EXPECT_EQ(of(scores, "rmse_m"), depth.rmse_m);
  EXPECT_EQ(of(scores, "abs_rel"), depth.abs_rel);
  EXPECT_EQ(of(scores, "delta_05"), depth.delta_05);
  EXPECT_EQ(of(scores, "delta_1"), depth.delta_1);
  EXPECT_EQ(of(scores, "boundary_f1"), boundary.f1);
  EXPECT_EQ(of(scores, "boundary_precision"), boundary.precision);
  EXPECT_EQ(of(scores, "boundary_recall"), boundary.recall);
  EXPECT_EQ(of(scores, "l1_near_edges_m"), depth.l1_near_edges_m);
  EXPECT_EQ(of(scores, "l1_elsewhere_m"), depth.l1_elsewhere_m);
  EXPECT_EQ(of(scores, "imae_per_km"), depth.imae_per_km);
  EXPECT_EQ(of(scores, "irmse_per_km"), depth.irmse_per_km);
  EXPECT_NE(depth.l1_near_edges_m, depth.l1_elsewhere_m);
}

TEST(Scores, HaveKeysOfTheirOwn) {
  std::set<std::string> keys;
  for (const Metric& metric : metrics()) EXPECT_TRUE(keys.insert(metric.key).second) << metric.key;
}

TEST(Scores, AverageOverTheImagesThatHaveThem) {
  Scores a(metrics().size(), 1.0);
  Scores b(metrics().size(), 4.0);
  a[0] = std::nullopt;
  a[1] = std::nullopt;
  b[1] = std::nullopt;
  const Scores mean = mean_scores(std::array{a, b});
  EXPECT_EQ(mean[0], 4.0);
  EXPECT_EQ(mean[1], std::nullopt);
  EXPECT_EQ(mean[2], 2.5);
}

}  // namespace
}  // namespace promptdepth
