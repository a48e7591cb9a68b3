#include "promptdepth/prompt/phone_lidar.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/downsampling.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

/// The paper's simulation, without defects.
PhoneLidarOptions ideal() {
  PhoneLidarOptions options;
  options.noise = 0;
  options.bias = 0;
  options.bleed = 0;
  return options;
}

/// One anchor per prompt pixel.
PhoneLidarOptions ideal_everywhere() {
  PhoneLidarOptions options = ideal();
  options.stride_px = 1;
  options.distortion = 0;
  return options;
}

TEST(PhoneLidarSimulation, PutsAnAnchorIntoEveryStride) {
  PhoneLidarOptions options = ideal();
  options.distortion = 0;
  const DepthMap anchors = sample_lidar_anchors(DepthMap(256, 192, 2.0F), options, 1);
  for (int y = 0; y < 192; ++y) {
    for (int x = 0; x < 256; ++x) {
      EXPECT_EQ(anchors.at(x, y) > 0, x % 7 == 3 && y % 7 == 3) << x << ", " << y;
    }
  }
}

TEST(PhoneLidarSimulation, KeepsTheNumberOfAnchorsWhenItShiftsThem) {
  const DepthMap anchors = sample_lidar_anchors(DepthMap(1024, 768, 2.0F), ideal(), 1);
  const double expected = (256.0 / 7) * (192.0 / 7);
  EXPECT_NEAR(static_cast<double>(count_valid(anchors)), expected, 0.05 * expected);
}

TEST(PhoneLidarSimulation, ShiftsNoAnchorFartherThanTheDistortion) {
  PhoneLidarOptions options = ideal();
  options.distortion = 0.25F;
  const DepthMap anchors = sample_lidar_anchors(DepthMap(256, 192, 2.0F), options, 2);
  int shifted = 0;
  for (int y = 0; y < 192; ++y) {
    for (int x = 0; x < 256; ++x) {
      if (!(anchors.at(x, y) > 0)) continue;
      const int dx = x % 7 - 3;
      const int dy = y % 7 - 3;
      EXPECT_LE(std::max(std::abs(dx), std::abs(dy)), 2);  // 0.25 · 7, rounded
      shifted += dx != 0 || dy != 0 ? 1 : 0;
    }
  }
  EXPECT_GT(shifted, 500);
}

TEST(PhoneLidarSimulation, MeasuresTheTruthAtTheAnchorsWithoutDefects) {
  const DepthMap truth = distinct_depths(256, 192);
  const DepthMap anchors = sample_lidar_anchors(truth, ideal(), 3);
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    EXPECT_TRUE(anchors.values[i] == 0 || anchors.values[i] == truth.values[i]);
  }
}

TEST(PhoneLidarSimulation, InterpolatesTheAnchorsByDistanceAndColour) {
  const DepthMap truth = distinct_depths(100, 80);
  const Image image = random_image(200, 160, 4);
  PhoneLidarOptions options = ideal();
  options.prompt_width = 50;
  options.prompt_height = 40;
  options.fill.rgb_sigma = 0.2F;
  const DepthMap expected =
      fill_holes(sample_lidar_anchors(truth, options, 5), &image, options.fill);
  EXPECT_EQ(simulate_phone_lidar(truth, image, options, 5).values, expected.values);
}

TEST(PhoneLidarSimulation, IsRepeatableAndDiffersBetweenSeeds) {
  const DepthMap truth = distinct_depths(120, 90);
  const Image image = random_image(120, 90, 6);
  PhoneLidarOptions options;
  options.prompt_width = 60;
  options.prompt_height = 45;
  options.anchor_dropout = 0.1F;
  options.hole_share = 0.1F;
  options.blur_px = 0.5F;
  const DepthMap once = simulate_phone_lidar(truth, image, options, 7);
  EXPECT_EQ(simulate_phone_lidar(truth, image, options, 7).values, once.values);
  EXPECT_NE(simulate_phone_lidar(truth, image, options, 8).values, once.values);
}

TEST(PhoneLidarSimulation, ScalesWithTheTruth) {
  const DepthMap truth = distinct_depths(120, 90);
  DepthMap doubled = truth;
  for (float& z : doubled.values) z *= 2;
  const Image image = random_image(120, 90, 9);
  PhoneLidarOptions options;
  options.prompt_width = 60;
  options.prompt_height = 45;
  const DepthMap once = simulate_phone_lidar(truth, image, options, 10);
  const DepthMap twice = simulate_phone_lidar(doubled, image, options, 10);
  for (std::size_t i = 0; i < once.pixel_count(); ++i) {
    EXPECT_EQ(twice.values[i], 2 * once.values[i]);
  }
}

TEST(PhoneLidarSimulation, HasNoDepthWhereTheTruthHasNone) {
  DepthMap truth(120, 90, 3.0F);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 120; ++x) truth.at(x, y) = 0;
  }
  const Image image(120, 90);
  PhoneLidarOptions options;
  options.prompt_width = 60;
  options.prompt_height = 45;
  const DepthMap prompt = simulate_phone_lidar(truth, image, options, 11);
  for (int y = 0; y < 45; ++y) {
    for (int x = 0; x < 60; ++x) EXPECT_EQ(prompt.at(x, y) > 0, y >= 20);
  }
  EXPECT_EQ(count_valid(simulate_phone_lidar(DepthMap(120, 90), image, options, 12)), 0U);
}

TEST(PhoneLidarSimulation, BridgesGapsOfTheTruthWhenAsked) {
  DepthMap truth = distinct_depths(120, 90);
  for (int y = 30; y < 45; ++y) truth.at(60, y) = truth.at(61, y) = 0;
  const Image image(120, 90);
  PhoneLidarOptions options;
  options.prompt_width = 60;
  options.prompt_height = 45;
  options.bridge_missing_truth = true;
  for (const float clean_probability : {0.0F, 1.0F}) {
    options.clean_probability = clean_probability;
    EXPECT_EQ(count_valid(simulate_phone_lidar(truth, image, options, 11)), 60U * 45U);
    EXPECT_EQ(count_valid(simulate_phone_lidar(DepthMap(120, 90), image, options, 11)), 0U);
  }
}

TEST(PhoneLidarSimulation, HasNoiseOfTheGivenShareOfTheDepth) {
  PhoneLidarOptions options = ideal_everywhere();
  options.noise = 0.01F;
  for (const float depth : {0.5F, 8.0F}) {
    const DepthMap truth(256, 192, depth);
    const Moments error = relative_error(sample_lidar_anchors(truth, options, 13), truth);
    EXPECT_LT(std::abs(error.mean), 5 * 0.01 / std::sqrt(error.count));
    EXPECT_LT(std::abs(error.deviation - 0.01), 5 * 0.01 / std::sqrt(2 * error.count));
  }
}

TEST(PhoneLidarSimulation, HasASmoothBiasWithinItsBoundAndZeroOnAverage) {
  PhoneLidarOptions options = ideal_everywhere();
  options.prompt_width = 64;
  options.prompt_height = 48;
  options.bias = 0.02F;
  const DepthMap truth(64, 48, 2.0F);
  constexpr int kSeeds = 400;
  double sum = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const DepthMap anchors = sample_lidar_anchors(truth, options, seed);
    sum += static_cast<double>(anchors.at(20, 20)) / 2 - 1;
    for (int x = 1; x < 64; ++x) {
      EXPECT_LE(std::abs(anchors.at(x, 20) / 2 - 1), 0.0201F);
      const float step = std::abs(anchors.at(x, 20) - anchors.at(x - 1, 20)) / 2;
      EXPECT_LE(step, 0.02F * 2 * 1.5F * 3 / 64 * 1.05F);  // corners differ by 2, slope 1.5 a cell
    }
  }
  EXPECT_LT(std::abs(sum / kSeeds), 5 * 0.02 * std::sqrt(1.0 / 3 / kSeeds));
}

TEST(PhoneLidarSimulation, MixesASecondPointIntoTheGivenShareOfAnchors) {
  const DepthMap truth = distinct_depths(256, 192);
  PhoneLidarOptions options = ideal_everywhere();
  options.bleed = 0.3F;
  options.bleed_radius = 60;  // so large that hardly any second point is the anchor itself
  const DepthMap anchors = sample_lidar_anchors(truth, options, 14);
  double mixed = 0;
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    mixed += anchors.values[i] != truth.values[i] ? 1 : 0;
  }
  const auto count = static_cast<double>(truth.pixel_count());
  EXPECT_NEAR(mixed / count, 0.3, five_errors(0.3, count) + 0.001);
}

TEST(PhoneLidarSimulation, BleedsOnlyNextToAnEdge) {
  DepthMap truth(256, 192, 1.0F);
  for (int y = 0; y < 192; ++y) {
    for (int x = 128; x < 256; ++x) truth.at(x, y) = 3;
  }
  PhoneLidarOptions options = ideal_everywhere();
  options.bleed = 1;
  options.bleed_radius = 5;
  const DepthMap anchors = sample_lidar_anchors(truth, options, 15);
  int flying = 0;
  for (int y = 0; y < 192; ++y) {
    for (int x = 0; x < 256; ++x) {
      const float z = anchors.at(x, y);
      EXPECT_GE(z, 1);
      EXPECT_LE(z, 3);
      if (z == truth.at(x, y)) continue;
      ++flying;
      EXPECT_LE(std::abs(static_cast<float>(x) - 127.5F), 5.5F);
    }
  }
  EXPECT_GT(flying, 192);
}

TEST(PhoneLidarSimulation, MissesTheGivenShareOfAnchors) {
  PhoneLidarOptions options = ideal_everywhere();
  options.anchor_dropout = 0.2F;
  const DepthMap anchors = sample_lidar_anchors(DepthMap(256, 192, 2.0F), options, 16);
  const double count = 256 * 192;
  EXPECT_NEAR(static_cast<double>(count_valid(anchors)) / count, 0.8, five_errors(0.8, count));
}

TEST(PhoneLidarSimulation, DefectsDoNotDisturbEachOther) {
  const DepthMap truth(256, 192, 2.0F);
  PhoneLidarOptions options;
  const DepthMap all = sample_lidar_anchors(truth, options, 17);
  options.anchor_dropout = 0.5F;
  const DepthMap some = sample_lidar_anchors(truth, options, 17);
  for (std::size_t i = 0; i < all.pixel_count(); ++i) {
    EXPECT_TRUE(some.values[i] == 0 || some.values[i] == all.values[i]);
  }
  options.noise = 0;
  const DepthMap quiet = sample_lidar_anchors(truth, options, 17);
  for (std::size_t i = 0; i < all.pixel_count(); ++i) {
    EXPECT_EQ(quiet.values[i] > 0, some.values[i] > 0);
  }
}

TEST(PhoneLidarSimulation, CutsHolesOfExactlyTheGivenShareInFewPieces) {
  PhoneLidarOptions options = ideal();
  options.hole_share = 0.25F;
  const DepthMap prompt =
      simulate_phone_lidar(DepthMap(256, 192, 2.0F), Image(256, 192), options, 18);
  const std::size_t holes = prompt.pixel_count() - count_valid(prompt);
  EXPECT_NEAR(static_cast<double>(holes), 0.25 * 256 * 192, 20);
  int changes = 0;  // of hole and no hole along the rows: blobs, not salt and pepper
  for (int y = 0; y < 192; ++y) {
    for (int x = 1; x < 256; ++x) changes += (prompt.at(x, y) > 0) != (prompt.at(x - 1, y) > 0);
  }
  EXPECT_LT(changes, 192 * 8);
}

TEST(PhoneLidarSimulation, KeepsTheCleanMapWithItsProbability) {
  const DepthMap truth = distinct_depths(40, 30);
  const Image image = random_image(40, 30, 19);
  PhoneLidarOptions options;
  options.prompt_width = 20;
  options.prompt_height = 15;
  options.clean_probability = 0.3F;
  const DepthMap clean = simulate_downsampling(truth, 20, 15);
  constexpr int kSeeds = 1000;
  double kept = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    kept += simulate_phone_lidar(truth, image, options, seed).values == clean.values ? 1 : 0;
  }
  EXPECT_NEAR(kept / kSeeds, 0.3, five_errors(0.3, kSeeds));
}

TEST(PhoneLidarSimulation, NamesTheOptionOutOfRange) {
  PhoneLidarOptions options;
  options.bias_cells = 0;
  try {
    options.validate();
    FAIL() << "accepted bias_cells = 0";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find("bias_cells"), std::string::npos);
  }
  const float nan = std::nanf("");
  for (const auto member :
       {&PhoneLidarOptions::stride_px, &PhoneLidarOptions::distortion,
        &PhoneLidarOptions::distortion_cells, &PhoneLidarOptions::noise, &PhoneLidarOptions::bias,
        &PhoneLidarOptions::bleed, &PhoneLidarOptions::bleed_radius,
        &PhoneLidarOptions::anchor_dropout, &PhoneLidarOptions::blur_px,
        &PhoneLidarOptions::hole_share, &PhoneLidarOptions::clean_probability}) {
    for (const float value : {-1.0F, nan}) {
      PhoneLidarOptions bad;
      bad.*member = value;
      EXPECT_THROW(bad.validate(), Error);
    }
  }
}

TEST(PhoneLidarSimulation, RefusesEmptyInputs) {
  EXPECT_THROW(simulate_phone_lidar(DepthMap(), Image(4, 4), {}, 1), Error);
  EXPECT_THROW(simulate_phone_lidar(DepthMap(4, 4), Image(), {}, 1), Error);
}

TEST(PhoneLidarSimulation, JittersEveryAnchorByItself) {
  PhoneLidarOptions options = ideal();
  options.distortion = 0;
  options.jitter = 0.25F;
  const DepthMap anchors = sample_lidar_anchors(DepthMap(256, 192, 2.0F), options, 20);
  double sum = 0;
  double products = 0;  // of the shifts of neighbours: those of the distortion agree
  double count = 0;
  int before = 0;
  for (int y = 0; y < 192; ++y) {
    for (int x = 0; x < 256; ++x) {
      if (!(anchors.at(x, y) > 0)) continue;
      const int dx = x % 7 - 3;
      EXPECT_LE(std::max(std::abs(dx), std::abs(y % 7 - 3)), 2);  // 0.25 · 7, rounded
      sum += dx;
      products += dx * before;
      before = dx;
      ++count;
    }
  }
  EXPECT_EQ(count, 37 * 27);
  EXPECT_LT(std::abs(sum / count), 5 * 1.2 / std::sqrt(count));
  EXPECT_LT(std::abs(products / count), 5 * 1.2 * 1.2 / std::sqrt(count));
}

TEST(PhoneLidarSimulation, SeesTheMeanOfItsPixelWhenAsked) {
  DepthMap truth(512, 384);
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) truth.values[i] = i % 2 == 0 ? 1.0F : 3.0F;
  PhoneLidarOptions options = ideal_everywhere();
  options.mean_truth = true;
  for (const float z : sample_lidar_anchors(truth, options, 21).values) EXPECT_EQ(z, 2);
}

/// A wall whose surface the test sets; an anchor in every one of 160 × 120 pixels.
struct Wall {
  DepthMap depth = DepthMap(320, 240, 2.0F);
  Image image = grey_image(320, 240, 0.5F);
  SurfaceMap surfaces = {};
  PhoneLidarOptions options = [] {
    PhoneLidarOptions everywhere = ideal_everywhere();
    everywhere.prompt_width = 160;
    everywhere.prompt_height = 120;
    everywhere.surfaces = true;
    return everywhere;
  }();

  DepthMap anchors() const {
    return sample_lidar_anchors({.depth = depth, .image = image, .surfaces = &surfaces}, options,
                                21);
  }
  /// Of the anchors that tell `depth_m`; 0: that are missing.
  double share_that_tells(float depth_m) const {
    const DepthMap measured = anchors();
    const auto count = std::count(measured.values.begin(), measured.values.end(), depth_m);
    return static_cast<double>(count) / static_cast<double>(measured.pixel_count());
  }
};

constexpr double kWallAnchors = 160 * 120;

TEST(PhoneLidarSimulation, LosesAnchorsOnDarkSurfacesAsTheFormulaSays) {
  Wall wall;
  for (const double halves : {0.5, 1.0, 3.0}) {
    wall.options.half_reflectance = 0.05F;
    wall.surfaces.reflectance = DepthMap(320, 240, static_cast<float>(0.05 * halves));
    const double lost = std::exp2(-halves);
    EXPECT_NEAR(wall.share_that_tells(0), lost, five_errors(lost, kWallAnchors)) << halves;
  }
}

TEST(PhoneLidarSimulation, LosesOrTellsWhatLiesBeyondClearAndMirroringSurfaces) {
  Wall wall;
  wall.surfaces.mirror = DepthMap(320, 240, 0.3F);
  wall.surfaces.transparency = DepthMap(320, 240, 0.2F);
  EXPECT_NEAR(wall.share_that_tells(0), 0.5, five_errors(0.5, kWallAnchors));
  wall.surfaces.beyond = DepthMap(320, 240, 5.0F);
  EXPECT_EQ(wall.share_that_tells(0), 0);
  EXPECT_NEAR(wall.share_that_tells(5), 0.5, five_errors(0.5, kWallAnchors));
}

TEST(PhoneLidarSimulation, LosesAShareOfTheAnchorsOnGlare) {
  Wall wall;
  wall.options.highlight_dropout = 0.4F;
  EXPECT_EQ(wall.share_that_tells(0), 0);
  wall.image = grey_image(320, 240, 1);
  EXPECT_NEAR(wall.share_that_tells(0), 0.4, five_errors(0.4, kWallAnchors));
}

TEST(PhoneLidarSimulation, IgnoresSurfacesUnlessAsked) {
  const DepthMap truth = distinct_depths(120, 90);
  const Image image = random_image(120, 90, 6);
  SurfaceMap surfaces;
  surfaces.reflectance = DepthMap(120, 90, 0.01F);
  surfaces.transparency = DepthMap(120, 90, 0.5F);
  const ObservedScene scene{.depth = truth, .image = image, .surfaces = &surfaces};
  PhoneLidarOptions options;
  const DepthMap plain = simulate_phone_lidar(truth, image, options, 7);
  EXPECT_EQ(simulate_phone_lidar(scene, options, 7).values, plain.values);
  options.surfaces = true;
  EXPECT_NE(simulate_phone_lidar(scene, options, 7).values, plain.values);
  EXPECT_EQ(simulate_phone_lidar(truth, image, options, 7).values, plain.values);
}

TEST(PhoneLidarSimulation, LeavesTheAnchorsThatSurfacesSpareAsTheyWere) {
  const DepthMap truth = distinct_depths(256, 192);
  const Image image = grey_image(256, 192, 0.5F);
  SurfaceMap surfaces;
  surfaces.transparency = DepthMap(256, 192, 0.5F);
  PhoneLidarOptions options;
  options.bleed = 0;
  const DepthMap all = sample_lidar_anchors(truth, options, 3);
  options.surfaces = true;
  const DepthMap spared =
      sample_lidar_anchors({.depth = truth, .image = image, .surfaces = &surfaces}, options, 3);
  for (std::size_t i = 0; i < all.pixel_count(); ++i) {
    EXPECT_TRUE(spared.values[i] == 0 || spared.values[i] == all.values[i]) << i;
  }
  EXPECT_LT(count_valid(spared), 0.6 * static_cast<double>(count_valid(all)));
}

}  // namespace
}  // namespace promptdepth
