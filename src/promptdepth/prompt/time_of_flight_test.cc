#include "promptdepth/prompt/time_of_flight.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

/// No noise, no bias, no drop-out, unlimited range; edges mix.
TimeOfFlightOptions perfect(int width, int height) {
  return {.width = width,
          .height = height,
          .returns = {.half_range_m = 1e4F,
                      .jitter_m = 0,
                      .noise_floor_m = 0,
                      .min_range_m = 0,
                      .max_range_m = 1e4F,
                      .highlight_dropout = 0},
          .flying = 1,
          .bias = 0,
          .offset_m = 0,
          .blur_px = 0};
}

/// 1 m left of column `edge`, 2 m from there on.
DepthMap step(int width, int height, int edge) {
  DepthMap truth(width, height, 1.0F);
  for (int y = 0; y < height; ++y) {
    for (int x = edge; x < width; ++x) truth.at(x, y) = 2;
  }
  return truth;
}

TEST(TimeOfFlight, MeasuresAFacingPlaneExactlyWithoutDefects) {
  const DepthMap truth(224, 168, 2.5F);
  const Image image = random_image(224, 168, 1);
  const auto prompt =
      simulate_time_of_flight({.depth = truth, .image = image}, perfect(192, 144), 1);
  EXPECT_EQ(prompt.depth.width, 192);
  EXPECT_EQ(prompt.depth.height, 144);
  for (const float z : prompt.depth.values) EXPECT_NEAR(z, 2.5F, 1e-5F);
  for (const float c : prompt.confidence.values) EXPECT_EQ(c, 2);
}

TEST(TimeOfFlight, MeasuresASlantedPlaneWithinItsPixels) {
  DepthMap truth(512, 384);
  for (int y = 0; y < 384; ++y) {
    for (int x = 0; x < 512; ++x) truth.at(x, y) = 2 + 0.005F * static_cast<float>(x);
  }
  const Image image = grey_image(512, 384, 0.5F);
  const auto prompt =
      simulate_time_of_flight({.depth = truth, .image = image}, perfect(128, 96), 2);
  double sum = 0;
  for (int y = 0; y < 96; ++y) {
    for (int x = 0; x < 128; ++x) {
      const float middle = 2 + 0.005F * (4 * static_cast<float>(x) + 1.5F);
      EXPECT_NEAR(prompt.depth.at(x, y), middle, 0.005F * 1.5F);
      sum += static_cast<double>(prompt.depth.at(x, y) - middle);
    }
  }
  // The mean of one spot in each half, each uniform over two columns: variance 1/4 / 4 columns².
  EXPECT_LT(std::abs(sum / (96 * 128)), 5 * 0.005 * 0.25 / std::sqrt(96.0 * 128) + 2e-5);
}

TEST(TimeOfFlight, MixesAnEdgeAsTheLightThatComesBack) {
  // Sensor column 2 covers the columns 8 to 11: two of its four spots are on each side.
  const DepthMap truth = step(20, 400, 10);
  const Image image = grey_image(20, 400, 0.5F);
  const auto prompt = simulate_time_of_flight({.depth = truth, .image = image}, perfect(5, 100), 3);
  for (int y = 0; y < 100; ++y) {
    EXPECT_EQ(prompt.depth.at(1, y), 1);
    EXPECT_NEAR(prompt.depth.at(2, y), (1 * 1 + 0.25 * 2) / 1.25, 1e-5);
    EXPECT_EQ(prompt.depth.at(3, y), 2);
    EXPECT_EQ(prompt.confidence.at(2, y), 0);
    EXPECT_EQ(prompt.confidence.at(3, y), 2);
  }
}

TEST(TimeOfFlight, MixesTheGivenShareOfTheEdgeAndElseTellsTheBrighterSide) {
  constexpr int kRows = 4000;
  const DepthMap truth = step(20, 2 * kRows, 10);
  Image image = grey_image(20, 2 * kRows, 0.5F);
  for (int y = 0; y < 2 * kRows; ++y) {  // the near side is black
    for (int x = 0; x < 10; ++x) std::fill_n(image.at(x, y), 3, 0.01F);
  }
  TimeOfFlightOptions options = perfect(5, kRows);
  options.flying = 0.3F;
  const auto prompt = simulate_time_of_flight({.depth = truth, .image = image}, options, 4);
  double flying = 0;
  for (int y = 0; y < kRows; ++y) {
    const float z = prompt.depth.at(2, y);
    if (z == 2) continue;
    EXPECT_TRUE(z > 1 && z < 2) << z;
    ++flying;
  }
  EXPECT_NEAR(flying / kRows, 0.3, five_errors(0.3, kRows));
}

TEST(TimeOfFlight, HasASmoothBiasAndAnOffsetWithinTheirBounds) {
  const DepthMap truth(64, 48, 2.0F);
  const Image image = grey_image(64, 48, 0.5F);
  TimeOfFlightOptions options = perfect(64, 48);
  options.bias = 0.02F;
  constexpr int kSeeds = 300;
  double sum = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto prompt = simulate_time_of_flight({.depth = truth, .image = image}, options, seed);
    sum += static_cast<double>(prompt.depth.at(20, 20)) / 2 - 1;
    for (int x = 1; x < 64; ++x) {
      EXPECT_LE(std::abs(prompt.depth.at(x, 20) / 2 - 1), 0.0201F);
      const float step = std::abs(prompt.depth.at(x, 20) - prompt.depth.at(x - 1, 20)) / 2;
      EXPECT_LE(step, 0.02F * 2 * 1.5F * 3 / 64 * 1.05F);  // corners differ by 2, slope 1.5 a cell
    }
  }
  EXPECT_LT(std::abs(sum / kSeeds), 5 * 0.02 * std::sqrt(1.0 / 3 / kSeeds));

  options.bias = 0;
  options.offset_m = 0.1F;
  double offsets = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto prompt = simulate_time_of_flight({.depth = truth, .image = image}, options, seed);
    const float offset = prompt.depth.at(0, 0) - 2;
    EXPECT_LE(std::abs(offset), 0.1F + 1e-6F);
    EXPECT_NEAR(prompt.depth.at(63, 47) - 2, offset, 1e-6F);
    offsets += static_cast<double>(offset * offset);
  }
  EXPECT_NEAR(offsets / kSeeds, 0.01 / 3, 5 * 0.01 * std::sqrt(4.0 / 45 / kSeeds));
}

TEST(TimeOfFlight, HasNoDepthBeyondItsRangeNorWhereTheTruthHasNone) {
  DepthMap truth = step(64, 48, 32);
  for (int x = 0; x < 64; ++x) truth.at(x, 0) = 0;
  const Image image = grey_image(64, 48, 0.5F);
  TimeOfFlightOptions options = perfect(64, 48);
  options.returns.max_range_m = 1.5F;
  const auto prompt = simulate_time_of_flight({.depth = truth, .image = image}, options, 5);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      EXPECT_EQ(prompt.depth.at(x, y) > 0, y > 0 && x < 32);
      EXPECT_EQ(prompt.confidence.at(x, y) > 0, y > 0 && x < 32);
    }
  }
}

TEST(TimeOfFlight, LosesDarkSurfaces) {
  const DepthMap truth(64, 48, 3.0F);
  Image image = grey_image(64, 48, 0.8F);
  for (int y = 0; y < 48; ++y) {
    for (int x = 32; x < 64; ++x) std::fill_n(image.at(x, y), 3, 0.05F);
  }
  const auto prompt = simulate_time_of_flight({.depth = truth, .image = image}, {}, 6);
  double bright = 0;
  double dark = 0;
  for (int y = 0; y < 192; ++y) {
    for (int x = 0; x < 256; ++x) (x < 128 ? bright : dark) += prompt.depth.at(x, y) > 0 ? 1 : 0;
  }
  const double half = 128 * 192;
  EXPECT_GT(bright / half, 0.99);
  const double expected = 1 - std::exp(-std::log(2.0) * 0.02 / 0.1 * 16 / 9);
  EXPECT_NEAR(dark / half, expected, five_errors(expected, half));
}

TEST(TimeOfFlight, IsRepeatableAndItsDefectsDoNotDisturbEachOther) {
  const DepthMap truth = distinct_depths(80, 60);
  const Image image = random_image(80, 60, 7);
  TimeOfFlightOptions options{.width = 64, .height = 48, .blur_px = 0};
  const ObservedScene scene{.depth = truth, .image = image};
  const auto all = simulate_time_of_flight(scene, options, 8);
  EXPECT_EQ(simulate_time_of_flight(scene, options, 8).depth.values, all.depth.values);
  EXPECT_EQ(simulate_time_of_flight(scene, options, 8).confidence.values, all.confidence.values);
  EXPECT_NE(simulate_time_of_flight(scene, options, 9).depth.values, all.depth.values);
  options.returns.dropout = 0.5F;
  const auto some = simulate_time_of_flight(scene, options, 8);
  EXPECT_LT(count_valid(some.depth), count_valid(all.depth));
  for (std::size_t i = 0; i < all.depth.pixel_count(); ++i) {
    EXPECT_TRUE(some.depth.values[i] == 0 || some.depth.values[i] == all.depth.values[i]);
  }
}

TEST(TimeOfFlight, RefusesOptionsOutOfRange) {
  EXPECT_THROW((TimeOfFlightOptions{.width = 0}.validate()), Error);
  EXPECT_THROW((TimeOfFlightOptions{.returns = {.min_range_m = 9}}.validate()), Error);
}

}  // namespace
}  // namespace promptdepth
