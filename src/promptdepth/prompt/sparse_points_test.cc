#include "promptdepth/prompt/sparse_points.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

TEST(SparsePointsSimulation, MeasuresExactlyTheGivenNumberOfValidPixels) {
  DepthMap truth = distinct_depths(100, 80);
  for (int x = 0; x < 100; ++x) truth.at(x, 0) = 0;
  const DepthMap points = simulate_sparse_points(truth, {.count = 321}, 20);
  EXPECT_EQ(count_valid(points), 321U);
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    EXPECT_TRUE(points.values[i] == 0 || points.values[i] == truth.values[i]);
  }
  EXPECT_EQ(simulate_sparse_points(truth, {.count = 1'000'000}, 21).values, truth.values);
}

TEST(SparsePointsSimulation, TakesEveryPixelEquallyLikely) {
  constexpr int kPoints = 4000;
  const DepthMap points = simulate_sparse_points(DepthMap(320, 240, 1.0F), {.count = kPoints}, 22);
  DepthMap counts(4, 4);  // points per block of 80 × 60 pixels
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 320; ++x) {
      if (points.at(x, y) > 0) ++counts.at(x / 80, y / 60);
    }
  }
  double chi_squared = 0;
  for (const float count : counts.values) {
    chi_squared += static_cast<double>((count - 250) * (count - 250) / 250);
  }
  EXPECT_LT(chi_squared, 15 + 5 * std::sqrt(2.0 * 15));  // 15 degrees of freedom
  EXPECT_GT(chi_squared, 2);                             // and no stratification (p about 1e-4)
}

TEST(SparsePointsSimulation, HasNoiseOfTheGivenShareOfTheDepthAndIsRepeatable) {
  const DepthMap truth(200, 200, 4.0F);
  const SparsePointsOptions options = {.count = 20'000, .noise = 0.02F};
  const DepthMap points = simulate_sparse_points(truth, options, 23);
  const Moments error = relative_error(points, truth);
  EXPECT_LT(std::abs(error.mean), 5 * 0.02 / std::sqrt(error.count));
  EXPECT_LT(std::abs(error.deviation - 0.02), 5 * 0.02 / std::sqrt(2 * error.count));
  EXPECT_EQ(simulate_sparse_points(truth, options, 23).values, points.values);
  EXPECT_NE(simulate_sparse_points(truth, options, 24).values, points.values);
}

TEST(SparsePointsSimulation, RefusesEmptyInputsAndOptionsOutOfRange) {
  EXPECT_THROW(simulate_sparse_points(DepthMap(), {}, 1), Error);
  EXPECT_THROW(simulate_sparse_points(DepthMap(4, 4), {.count = 0}, 1), Error);
  EXPECT_THROW(simulate_sparse_points(DepthMap(4, 4), {.noise = -1}, 1), Error);
}

}  // namespace
}  // namespace promptdepth
