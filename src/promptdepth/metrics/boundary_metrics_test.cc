#include "promptdepth/metrics/boundary_metrics.h"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

/// Depth `far_m` with a rectangle [x0, x1) × [y0, y1) at `near_m`.
DepthMap box_scene(int x0, int x1, int y0, int y1, float near_m, float far_m) {
  DepthMap map(12, 10, far_m);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) map.at(x, y) = near_m;
  }
  return map;
}

/// Σ of the weights t / Σt of the published thresholds for which `passes` is true.
template <typename Passes>
double weight_of(const Passes& passes) {
  double sum = 0;
  for (int k = 0; k < 10; ++k) {
    const double t = 1.05 + 0.2 * k / 9;
    if (passes(t)) sum += t / 11.5;
  }
  return sum;
}

TEST(BoundaryF1, IsOneForThePerfectPrediction) {
  const DepthMap truth = box_scene(3, 7, 2, 6, 1, 2);
  EXPECT_NEAR(boundary_f1(truth, truth), 1, 1e-12);
}

TEST(BoundaryF1, DoesNotDependOnTheScaleOfThePrediction) {
  const DepthMap truth = box_scene(3, 7, 2, 6, 1, 2);
  EXPECT_NEAR(boundary_f1(box_scene(3, 7, 2, 6, 4, 8), truth), 1, 1e-12);
}

TEST(BoundaryF1, IsZeroForAPredictionWithoutEdges) {
  EXPECT_EQ(boundary_f1(DepthMap(12, 10, 1.0F), box_scene(3, 7, 2, 6, 1, 2)), 0);
}

TEST(BoundaryF1, CountsOnlyTheThresholdsThatAnEdgeExceeds) {
  const DepthMap truth = box_scene(3, 7, 2, 6, 1, 2);
  const DepthMap weak = box_scene(3, 7, 2, 6, 1, 1.13F);
  EXPECT_NEAR(boundary_f1(weak, truth), weight_of([](double t) { return 1.13 > t; }), 1e-12);
}

TEST(BoundaryF1, IsTheMeanOverDirectionsNotPooled) {
  const DepthMap truth = box_scene(3, 7, 2, 6, 1, 2);
  // One column too wide: of the left edges (to the nearer pixel on the right) nothing changes; of
  // the other side's none agrees; top and bottom have 5 predicted pairs of which 4 are true.
  const DepthMap wide = box_scene(3, 8, 2, 6, 1, 2);
  const double precision = (1 + 0 + 0.8 + 0.8) / 4;
  const double recall = (1 + 0 + 1 + 1) / 4.0;
  EXPECT_NEAR(boundary_f1(wide, truth), 2 * precision * recall / (precision + recall), 1e-12);
}

TEST(BoundaryScore, HasTheThresholdsMeanOfPrecisionAndRecall) {
  const DepthMap truth = box_scene(3, 7, 2, 6, 1, 2);
  // Too wide by a column, and so faint that only some thresholds see it: where none does, all of
  // the three are 0.
  const DepthMap wide_and_faint = box_scene(3, 8, 2, 6, 1, 1.13F);
  const double seen = weight_of([](double t) { return 1.13 > t; });
  const BoundaryScore score = measure_boundaries(wide_and_faint, truth);
  const double precision = (1 + 0 + 0.8 + 0.8) / 4;
  const double recall = (1 + 0 + 1 + 1) / 4.0;
  EXPECT_NEAR(score.precision, seen * precision, 1e-12);
  EXPECT_NEAR(score.recall, seen * recall, 1e-12);
  EXPECT_NEAR(score.f1, seen * 2 * precision * recall / (precision + recall), 1e-12);
}

TEST(BoundaryF1, GivesADirectionWithoutTrueEdgesZero) {
  DepthMap truth(6, 4, 2.0F);
  for (int y = 0; y < 4; ++y) {
    for (int x = 3; x < 6; ++x) truth.at(x, y) = 1;  // only one of the four directions has edges
  }
  EXPECT_NEAR(boundary_f1(truth, truth), 0.25, 1e-12);
}

TEST(BoundaryF1, IgnoresTheBorderOfHolesUnlessAskedForParity) {
  DepthMap truth = box_scene(3, 7, 2, 6, 1, 2);
  const DepthMap prediction = truth;
  truth.at(10, 8) = 0;
  truth.at(10, 1) = 0;
  EXPECT_NEAR(boundary_f1(prediction, truth), 1, 1e-12);
  // Each direction has 4 edges of the box and 2 of the holes (seen as 1e-6 m), so recall is 4/6.
  const double published = 2 * (4.0 / 6) / (1 + 4.0 / 6);
  EXPECT_NEAR(boundary_f1(prediction, truth, {.ignore_missing_truth = false}), published, 1e-12);
}

TEST(BoundaryF1, MatchesTheDefinitionOnNoise) {
  Random random(5);
  DepthMap truth(23, 17);
  DepthMap prediction(23, 17);
  for (float& z : truth.values) z = random.uniform(1, 1.4F);
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    prediction.values[i] = truth.values[i] * random.uniform(0.95F, 1.05F);
  }
  double expected = 0;
  for (int k = 0; k < 10; ++k) {
    const double t = 1.05 + 0.2 * k / 9;
    double precision = 0;
    double recall = 0;
    for (const auto& [dx, dy] : {std::pair(1, 0), {-1, 0}, {0, 1}, {0, -1}}) {
      int both = 0;
      int predicted = 0;
      int real = 0;
      for (int y = 0; y < 17; ++y) {
        for (int x = 0; x < 23; ++x) {
          if (x + dx < 0 || x + dx >= 23 || y + dy < 0 || y + dy >= 17) continue;
          const auto is_edge = [&, dx = dx, dy = dy](const DepthMap& map) {
            const float here = 1 / map.at(x, y);
            return static_cast<double>(1 / map.at(x + dx, y + dy) / here) > t;
          };
          predicted += is_edge(prediction) ? 1 : 0;
          real += is_edge(truth) ? 1 : 0;
          both += is_edge(prediction) && is_edge(truth) ? 1 : 0;
        }
      }
      precision += 0.25 * both / predicted;
      recall += 0.25 * both / real;
    }
    expected += t / 11.5 * 2 * precision * recall / (precision + recall);
  }
  EXPECT_NEAR(boundary_f1(prediction, truth), expected, 1e-9);
  EXPECT_LT(expected, 0.95);
}

TEST(BoundaryRecall, IsOneForTheForegroundItselfAndZeroWithoutEdges) {
  const DepthMap mask = box_scene(3, 7, 2, 6, 1, 0);
  EXPECT_NEAR(boundary_recall(box_scene(3, 7, 2, 6, 1, 2), mask), 1, 1e-12);
  EXPECT_EQ(boundary_recall(DepthMap(12, 10, 1.0F), mask), 0);
  // The foreground must be the nearer side.
  EXPECT_EQ(boundary_recall(box_scene(3, 7, 2, 6, 2, 1), mask), 0);
}

TEST(BoundaryRecall, TakesValuesAboveATenthAsForeground) {
  const DepthMap mask = box_scene(3, 7, 2, 6, 0.11F, 0.1F);
  EXPECT_NEAR(boundary_recall(box_scene(3, 7, 2, 6, 1, 2), mask), 1, 1e-12);
}

TEST(BoundaryRecall, ThinsARunOfEdgesToItsSteepestPair) {
  // One row, nearer to the right, steepest between columns 2 and 3, all above every threshold.
  DepthMap depth(6, 1);
  depth.values = {16, 10, 6, 3, 1.8F, 1.1F};
  DepthMap mask(6, 1);
  mask.values = {0, 0, 0, 1, 1, 1};
  // Only this direction has a border (1 of 4).
  EXPECT_NEAR(boundary_recall(depth, mask), 0.25, 1e-12);
  mask.values = {0, 0, 1, 1, 1, 1};  // the border is now at a pair that has been thinned away
  EXPECT_EQ(boundary_recall(depth, mask), 0);
}

TEST(BoundaryRecall, KeepsTheFirstOfEqualMaxima) {
  DepthMap depth(4, 1);
  depth.values = {8, 4, 2, 2};
  DepthMap mask(4, 1);
  mask.values = {0, 1, 1, 1};
  EXPECT_NEAR(boundary_recall(depth, mask), 0.25, 1e-12);
}

TEST(BoundaryRecall, WeighsThresholdsLikeF1) {
  const DepthMap mask = box_scene(3, 7, 2, 6, 1, 0);
  EXPECT_NEAR(boundary_recall(box_scene(3, 7, 2, 6, 1, 1.1F), mask),
              weight_of([](double t) { return 1.1 > t; }), 1e-12);
}

TEST(BoundaryMetrics, RefuseOtherSizesAndOptionsOutOfRange) {
  EXPECT_THROW(boundary_f1(DepthMap(3, 3), DepthMap(3, 4)), Error);
  EXPECT_THROW(boundary_recall(DepthMap(3, 3), DepthMap(3, 4)), Error);
  const DepthMap map(3, 3, 1.0F);
  EXPECT_THROW(boundary_f1(map, map, {.first_threshold = 1}), Error);
  EXPECT_THROW(boundary_f1(map, map, {.last_threshold = 1.01}), Error);
  EXPECT_THROW(boundary_f1(map, map, {.threshold_count = 0}), Error);
}

}  // namespace
}  // namespace promptdepth
