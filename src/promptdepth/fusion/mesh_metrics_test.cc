#include "promptdepth/fusion/mesh_metrics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// The square from (x, 0) to (x + side, side) at height z.
Mesh square(float x, float side, float z) {
  Mesh mesh;
  mesh.vertices.positions_m = {{x, 0, z}, {x + side, 0, z}, {x + side, side, z}, {x, side, z}};
  mesh.triangles = {{0, 1, 2}, {0, 2, 3}};
  return mesh;
}

constexpr MeshMetricOptions kOptions{.samples = 40000};
/// On a square of 1 m² with 40,000 points, the nearest is about sqrt(1 / 40000) / 2 away.
constexpr double kSpacing_m = 0.0025;

TEST(MeshMetrics, ParallelPlanesAreAsFarApartAsTheyAre) {
  const MeshMetrics metrics = compare_meshes(square(0, 1, 0.04F), square(0, 1, 0), kOptions);
  // sqrt(0.04² + spacing²) on average.
  EXPECT_NEAR(metrics.accuracy_m, 0.04, kSpacing_m * kSpacing_m / 0.04);
  EXPECT_NEAR(metrics.completeness_m, 0.04, kSpacing_m * kSpacing_m / 0.04);
  EXPECT_EQ(metrics.precision, 1);
  EXPECT_EQ(metrics.recall, 1);
  EXPECT_EQ(metrics.f_score, 1);
  EXPECT_NEAR(metrics.overall_m(), (metrics.accuracy_m + metrics.completeness_m) / 2, 1e-12);
  MeshMetricOptions strict = kOptions;
  strict.threshold_m = 0.039F;
  const MeshMetrics none = compare_meshes(square(0, 1, 0.04F), square(0, 1, 0), strict);
  EXPECT_EQ(none.precision, 0);
  EXPECT_EQ(none.f_score, 0);
}

TEST(MeshMetrics, HalfASurfaceIsPreciseAndHalfComplete) {
  // The prediction is the left half of the truth, 2 m × 1 m: the right half is 0.5 m away in the
  // mean, but for 0.05 m of it.
  Mesh truth = square(0, 1, 0);
  for (Vec3f& p : truth.vertices.positions_m) p.x() *= 2;
  const MeshMetrics metrics = compare_meshes(square(0, 1, 0), truth, kOptions);
  EXPECT_EQ(metrics.precision, 1);
  EXPECT_LT(metrics.accuracy_m, 2 * kSpacing_m);
  EXPECT_NEAR(metrics.recall, 0.5 + 0.025, kSpacing_m);
  EXPECT_NEAR(metrics.completeness_m, 0.25, kSpacing_m);
  EXPECT_NEAR(metrics.f_score, 2 * metrics.recall / (1 + metrics.recall), 1e-9);
}

TEST(MeshMetrics, TheSameMeshHasOnlyTheSamplesErrors) {
  const MeshMetrics metrics = compare_meshes(square(0, 1, 0), square(0, 1, 0), kOptions);
  EXPECT_NEAR(metrics.accuracy_m, kSpacing_m, 0.1 * kSpacing_m) << "as the header says";
  EXPECT_NEAR(metrics.completeness_m, kSpacing_m, 0.1 * kSpacing_m);
  EXPECT_EQ(metrics.f_score, 1);
}

TEST(MeshMetrics, CroppingForgetsWhatTheTruthDoesNotCover) {
  const Mesh wide = square(0, 3, 0);
  const Mesh truth = square(0, 1, 0);
  EXPECT_NEAR(compare_meshes(wide, truth, kOptions).precision, 1.05 * 1.05 / 9, 0.01);
  MeshMetricOptions cropped = kOptions;
  cropped.crop_margin_m = 0.0F;
  const MeshMetrics metrics = compare_meshes(wide, truth, cropped);
  EXPECT_EQ(metrics.precision, 1);
  EXPECT_NEAR(static_cast<double>(metrics.prediction_points), 40000.0 / 9, 100);
  EXPECT_THROW(compare_meshes(square(10, 1, 0), truth, cropped), Error);
}

TEST(MeshMetrics, DownsamplingLeavesAPointPerCube) {
  MeshMetricOptions options = kOptions;
  options.downsample_m = 0.1F;
  const MeshMetrics metrics = compare_meshes(square(0, 1, 0.05F), square(0, 1, 0.02F), options);
  EXPECT_EQ(metrics.prediction_points, 100U);
  EXPECT_EQ(metrics.truth_points, 100U);
  EXPECT_NEAR(metrics.accuracy_m, 0.03, 0.003);
}

TEST(MeshMetrics, ColoursGoFromBlueToRed) {
  // A square that rises from 0 to 0.2 m above the truth.
  Mesh slope = square(0, 1, 0);
  slope.vertices.positions_m[2].z() = 0.2F;
  slope.vertices.positions_m[3].z() = 0.2F;
  const Mesh colored = color_by_error(slope, square(0, 1, 0), kOptions);
  ASSERT_EQ(colored.vertices.colors.size(), 4U);
  EXPECT_GT(colored.vertices.colors[0][2], colored.vertices.colors[0][0]);
  EXPECT_GT(colored.vertices.colors[2][0], colored.vertices.colors[2][2]);
  EXPECT_EQ(colored.triangles, slope.triangles);
}

TEST(MeshMetrics, RefusesOptionsOutOfRange) {
  const Mesh mesh = square(0, 1, 0);
  for (const MeshMetricOptions& bad :
       {MeshMetricOptions{.threshold_m = 0}, MeshMetricOptions{.samples = 0},
        MeshMetricOptions{.downsample_m = -1}, MeshMetricOptions{.crop_margin_m = -1.0F}}) {
    EXPECT_THROW(compare_meshes(mesh, mesh, bad), Error);
  }
}

}  // namespace
}  // namespace promptdepth
