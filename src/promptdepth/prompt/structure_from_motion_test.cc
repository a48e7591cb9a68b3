#include "promptdepth/prompt/structure_from_motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

constexpr int kCell = 12;

/// Squares of kCell pixels.
Image checkerboard(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::fill_n(image.at(x, y), 3, (x / kCell + y / kCell) % 2 == 0 ? 0.1F : 0.9F);
    }
  }
  return image;
}

StructureFromMotionOptions perfect() {
  return {.count = 100'000, .matched = 1, .noise_px = 0, .outliers = 0};
}

/// Distance from pixel centres to the nearest border between two cells.
float to_border(int i) {
  const float position = std::fmod(static_cast<float>(i) + 0.5F, static_cast<float>(kCell));
  return std::min(position, static_cast<float>(kCell) - position);
}

TEST(StructureFromMotion, FindsItsPointsOnTheCornersAndTheirDepth) {
  const DepthMap truth = distinct_depths(240, 180);
  const Image image = checkerboard(240, 180);
  const auto points =
      simulate_structure_from_motion({.depth = truth, .image = image}, perfect(), 1).depth;
  for (int y = 0; y < 180; ++y) {
    for (int x = 0; x < 240; ++x) {
      if (!(points.at(x, y) > 0)) continue;
      EXPECT_NEAR(points.at(x, y), truth.at(x, y), 1e-5F * truth.at(x, y));
      EXPECT_LE(std::max(to_border(x), to_border(y)), 2);
    }
  }
  EXPECT_GE(count_valid(points), 19U * 14U);  // every inner corner
}

TEST(StructureFromMotion, FindsNothingWithoutTextureOrDepth) {
  const DepthMap truth(100, 80, 2.0F);
  const Image grey = grey_image(100, 80, 0.5F);
  EXPECT_EQ(
      count_valid(simulate_structure_from_motion({.depth = truth, .image = grey}, {}, 1).depth),
      0U);
  const DepthMap sky(100, 80);
  const Image image = random_image(100, 80, 1);
  EXPECT_EQ(
      count_valid(simulate_structure_from_motion({.depth = sky, .image = image}, {}, 1).depth), 0U);
}

TEST(StructureFromMotion, ErrsInDisparityAsItsCornersDo) {
  const DepthMap truth(800, 600, 5.0F);
  const Image image = random_image(800, 600, 2);
  StructureFromMotionOptions options = perfect();
  options.min_distance_px = 8;  // no two points in a pixel
  options.noise_px = 0.5F;
  const Intrinsics camera{.fx = 700, .fy = 700, .cx = 400, .cy = 300};
  const auto points = simulate_structure_from_motion(
                          {.depth = truth, .image = image, .intrinsics = camera}, options, 3)
                          .depth;
  const double disparity_of_1m = 700 * 0.1 * 5;  // f · b
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const float z : points.values) {
    if (!(z > 0)) continue;
    const double error = disparity_of_1m / static_cast<double>(z) - disparity_of_1m / 5;
    sum += error;
    squares += error * error;
    ++count;
  }
  ASSERT_GT(count, 2000);
  const double sigma = 0.5 * std::numbers::sqrt2;
  EXPECT_LT(std::abs(sum / count), 5 * sigma / std::sqrt(count));
  EXPECT_NEAR(std::sqrt(squares / count), sigma, 5 * sigma / std::sqrt(2 * count));
}

TEST(StructureFromMotion, MovesItsPointsByTheNoiseOfTheirCorners) {
  const DepthMap truth(600, 480, 5.0F);
  const Image image = checkerboard(600, 480);
  StructureFromMotionOptions options = perfect();
  const ObservedScene scene{.depth = truth, .image = image};
  const auto exact = simulate_structure_from_motion(scene, options, 4).depth;
  options.noise_px = 1;
  const auto moved = simulate_structure_from_motion(scene, options, 4).depth;
  double squares = 0;
  double count = 0;
  for (int y = kCell; y < 470; ++y) {  // cells are so large that every point has its corner
    for (int x = kCell; x < 590; ++x) {
      if (!(moved.at(x, y) > 0)) continue;
      squares += to_border(x) * to_border(x);
      ++count;
    }
  }
  double squares_exact = 0;
  double count_exact = 0;
  for (int y = kCell; y < 470; ++y) {
    for (int x = kCell; x < 590; ++x) {
      if (!(exact.at(x, y) > 0)) continue;
      squares_exact += to_border(x) * to_border(x);
      ++count_exact;
    }
  }
  // Rounding to pixels adds 1/12.
  EXPECT_NEAR(squares / count, squares_exact / count_exact + 1 + 1.0 / 12, 0.35);
}

TEST(StructureFromMotion, DropsPointsWhoseRaysHardlyMeet) {
  DepthMap truth(240, 180, 2.0F);
  for (int y = 0; y < 180; ++y) {
    for (int x = 180; x < 240; ++x) truth.at(x, y) = 20;
  }
  const Image image = checkerboard(240, 180);
  StructureFromMotionOptions options = perfect();
  options.baseline = 0.2F;  // 0.4 m: 2 m at 11.4°, 20 m at 1.15°
  const auto points =
      simulate_structure_from_motion({.depth = truth, .image = image}, options, 5).depth;
  EXPECT_GT(count_valid(points), 100U);
  for (const float z : points.values) EXPECT_LT(z, 3);
  options.min_angle_deg = 1;
  const auto all =
      simulate_structure_from_motion({.depth = truth, .image = image}, options, 5).depth;
  EXPECT_EQ(
      std::count_if(all.values.begin(), all.values.end(), [](float z) { return z > 19; }) > 20,
      true);
}

TEST(StructureFromMotion, MatchesTheGivenShareAndErrsInTheGivenShare) {
  const DepthMap truth(800, 600, 5.0F);
  const Image image = random_image(800, 600, 6);
  const ObservedScene scene{.depth = truth, .image = image};
  StructureFromMotionOptions options = perfect();
  const auto all =
      static_cast<double>(count_valid(simulate_structure_from_motion(scene, options, 7).depth));
  ASSERT_GT(all, 5000);
  options.matched = 0.6F;
  const auto some = simulate_structure_from_motion(scene, options, 7).depth;
  EXPECT_NEAR(static_cast<double>(count_valid(some)) / all, 0.6, five_errors(0.6, all));
  options.matched = 1;
  options.outliers = 0.2F;
  options.min_angle_deg = 0;
  const auto wrong = simulate_structure_from_motion(scene, options, 7).depth;
  const auto right = std::count_if(wrong.values.begin(), wrong.values.end(),
                                   [](float z) { return std::abs(z - 5) < 1e-3F; });
  EXPECT_NEAR(static_cast<double>(right) / all, 0.8, five_errors(0.8, all) + 1e-3);
}

TEST(StructureFromMotion, ScalesWithTheTruthAndIsRepeatable) {
  const DepthMap truth = distinct_depths(240, 180);
  DepthMap doubled = truth;
  for (float& z : doubled.values) z *= 2;
  const Image image = random_image(240, 180, 8);
  const auto once = simulate_structure_from_motion({.depth = truth, .image = image}, {}, 9).depth;
  const auto twice =
      simulate_structure_from_motion({.depth = doubled, .image = image}, {}, 9).depth;
  for (std::size_t i = 0; i < once.pixel_count(); ++i) {
    EXPECT_NEAR(twice.values[i], 2 * once.values[i], 1e-4F * once.values[i]);
  }
  EXPECT_EQ(simulate_structure_from_motion({.depth = truth, .image = image}, {}, 9).depth.values,
            once.values);
  EXPECT_NE(simulate_structure_from_motion({.depth = truth, .image = image}, {}, 10).depth.values,
            once.values);
}

TEST(StructureFromMotion, TrustsNearPointsMoreThanFarOnes) {
  DepthMap truth(240, 180, 2.0F);
  for (int y = 0; y < 180; ++y) {
    for (int x = 120; x < 240; ++x) truth.at(x, y) = 8;
  }
  const Image image = checkerboard(240, 180);
  StructureFromMotionOptions options = perfect();
  options.noise_px = 1;  // relative errors of 0.9 % and 3.7 %
  options.baseline = 0.2F;
  options.min_angle_deg = 0;
  const auto prompt = simulate_structure_from_motion({.depth = truth, .image = image}, options, 11);
  double near = 0;
  double far = 0;
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    const float z = prompt.depth.values[i];
    if (z == 0) {
      EXPECT_EQ(prompt.confidence.values[i], 0);
    }
    if (z > 0) (z < 4 ? near : far) += static_cast<double>(prompt.confidence.values[i]);
  }
  EXPECT_GT(near, 2 * far);
}

TEST(StructureFromMotion, RefusesOptionsOutOfRange) {
  EXPECT_THROW((StructureFromMotionOptions{.count = 0}.validate()), Error);
  EXPECT_THROW((StructureFromMotionOptions{.baseline = 0}.validate()), Error);
}

}  // namespace
}  // namespace promptdepth
