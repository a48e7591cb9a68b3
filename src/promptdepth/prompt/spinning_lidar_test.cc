#include "promptdepth/prompt/spinning_lidar.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

const Intrinsics kCamera{
    .fx = 300, .fy = 300, .cx = 199.5, .cy = 149.5, .width = 400, .height = 300};
constexpr double kDegree = std::numbers::pi / 180;

/// At the camera, measuring everything exactly.
SpinningLidarOptions perfect() {
  return {.right_m = 0,
          .up_m = 0,
          .forward_m = 0,
          .returns = {.half_range_m = 1e5F,
                      .jitter_m = 0,
                      .noise_floor_m = 0,
                      .min_range_m = 0,
                      .max_range_m = 1e4F,
                      .highlight_dropout = 0},
          .flying = 0,
          .beam_error_deg = 0,
          .calibration_deg = 0};
}

/// Level ground `height_m` below the camera, nothing above the horizon.
DepthMap ground(double height_m) {
  DepthMap depth(kCamera.width, kCamera.height);
  for (int y = 0; y < depth.height; ++y) {
    if (y <= kCamera.cy) continue;
    for (int x = 0; x < depth.width; ++x) {
      depth.at(x, y) = static_cast<float>(kCamera.fy * height_m / (y - kCamera.cy));
    }
  }
  return depth;
}

/// How far an elevation is from the nearest beam, degrees.
double off_beam_deg(double elevation_deg, const SpinningLidarOptions& options) {
  const double step =
      static_cast<double>(options.highest_deg - options.lowest_deg) / (options.beams - 1);
  const double beam = (elevation_deg - static_cast<double>(options.lowest_deg)) / step;
  const double nearest = std::clamp(std::round(beam), 0.0, options.beams - 1.0);
  return std::abs(beam - nearest) * step;
}

/// Calls visit(x, y, z) for every measured pixel and returns their number.
template <typename Visit>
int for_each_point(const DepthMap& depth, const Visit& visit) {
  int count = 0;
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      if (!(depth.at(x, y) > 0)) continue;
      visit(x, y, static_cast<double>(depth.at(x, y)));
      ++count;
    }
  }
  return count;
}

TEST(SpinningLidar, MeasuresAFacingPlaneAlongItsBeams) {
  const DepthMap truth(400, 300, 5.0F);
  const Image image = grey_image(400, 300, 0.5F);
  SpinningLidarOptions options = perfect();
  options.right_m = 0.2F;
  options.up_m = 0.4F;
  options.forward_m = -0.3F;
  options.beams = 16;
  const auto prompt =
      simulate_spinning_lidar({.depth = truth, .image = image, .intrinsics = kCamera}, options, 1);
  const int count = for_each_point(prompt.depth, [&](int x, int y, double z) {
    EXPECT_NEAR(z, 5, 1e-3);
    const double right = (x - kCamera.cx) / kCamera.fx * 5 - 0.2;
    const double up = -(y - kCamera.cy) / kCamera.fy * 5 - 0.4;
    const double elevation = std::atan2(up, std::hypot(right, 5.3)) / kDegree;
    EXPECT_LE(off_beam_deg(elevation, options), 0.55 / kCamera.fy / kDegree);  // half a pixel
  });
  EXPECT_GT(count, 1000);
}

TEST(SpinningLidar, DrawsRingsOnTheGround) {
  const DepthMap truth = ground(1.6);
  const Image image = grey_image(400, 300, 0.5F);
  SpinningLidarOptions options = perfect();
  options.up_m = 0.3F;
  options.beams = 12;
  const auto prompt =
      simulate_spinning_lidar({.depth = truth, .image = image, .intrinsics = kCamera}, options, 2);
  const int count = for_each_point(prompt.depth, [&](int x, int, double z) {
    const double right = (x - kCamera.cx) / kCamera.fx * z;
    const double elevation = -std::atan2(1.9, std::hypot(right, z)) / kDegree;
    EXPECT_LE(off_beam_deg(elevation, options), 0.05);
  });
  EXPECT_GT(count, 500);
}

TEST(SpinningLidar, TakesItsAzimuthStepAndEveryBeam) {
  const DepthMap truth(400, 300, 5.0F);
  const Image image = grey_image(400, 300, 0.5F);
  SpinningLidarOptions options = perfect();
  options.beams = 3;
  options.lowest_deg = -10;
  options.highest_deg = 10;
  options.azimuth_step_deg = 1;
  const auto prompt =
      simulate_spinning_lidar({.depth = truth, .image = image, .intrinsics = kCamera}, options, 3);
  const double half_view = std::atan(200 / kCamera.fx) / kDegree;
  EXPECT_NEAR(static_cast<double>(count_valid(prompt.depth)), 3 * 2 * half_view, 3);
}

TEST(SpinningLidar, LooksUpByItsPitch) {
  const DepthMap truth(400, 300, 5.0F);
  const Image image = grey_image(400, 300, 0.5F);
  SpinningLidarOptions options = perfect();
  options.beams = 1;
  options.lowest_deg = options.highest_deg = 0;
  options.pitch_deg = 10;
  const auto prompt =
      simulate_spinning_lidar({.depth = truth, .image = image, .intrinsics = kCamera}, options, 3);
  const double expected = kCamera.cy - kCamera.fy * std::tan(10 * kDegree);
  int seen = 0;
  for_each_point(prompt.depth, [&](int x, int y, double) {
    if (std::abs(x - kCamera.cx) > 10) return;
    EXPECT_NEAR(y, expected, 1);
    ++seen;
  });
  EXPECT_GT(seen, 5);
}

TEST(SpinningLidar, LosesTheFarReturnsAsTheFormulaSays) {
  const Image image = grey_image(400, 300, 0.5F);  // reflectance 0.25
  SpinningLidarOptions options = perfect();
  options.highest_deg = 20;
  for (const float z : {10.0F, 40.0F}) {
    const DepthMap truth(400, 300, z);
    const ObservedScene scene{.depth = truth, .image = image, .intrinsics = kCamera};
    options.returns.half_range_m = 1e5F;
    const auto all = simulate_spinning_lidar(scene, options, 4);
    options.returns.half_range_m = 20;
    const auto some = simulate_spinning_lidar(scene, options, 4);
    double expected = 0;
    double variance = 0;
    const int count = for_each_point(all.depth, [&](int x, int y, double) {
      const double range_squared =
          std::pow(static_cast<double>(z), 2) * (1 + std::pow((x - kCamera.cx) / kCamera.fx, 2) +
                                                 std::pow((y - kCamera.cy) / kCamera.fy, 2));
      const double p = 1 - std::exp(-std::log(2.0) * 2.5 * 400 / range_squared);
      expected += p;
      variance += p * (1 - p);
    });
    EXPECT_GT(count, 5000);
    // Where two returns share a pixel it is lost only if both are: at most 2 % here.
    EXPECT_NEAR(static_cast<double>(count_valid(some.depth)), expected,
                5 * std::sqrt(variance) + 0.02 * expected)
        << z;
  }
}

TEST(SpinningLidar, HasTheNoiseAndTheDropoutOfItsOptions) {
  const DepthMap truth(400, 300, 20.0F);
  const Image image = grey_image(400, 300, 0.5F);
  const ObservedScene scene{.depth = truth, .image = image, .intrinsics = kCamera};
  SpinningLidarOptions options = perfect();
  options.azimuth_step_deg = 0.4F;  // no two returns in a pixel
  options.returns.noise_floor_m = 0.05F;
  const auto noisy = simulate_spinning_lidar(scene, options, 5);
  double squares = 0;
  const int count = for_each_point(noisy.depth, [&](int x, int y, double z) {
    const double range_per_z = std::sqrt(1 + std::pow((x - kCamera.cx) / kCamera.fx, 2) +
                                         std::pow((y - kCamera.cy) / kCamera.fy, 2));
    squares += std::pow((z - 20) * range_per_z, 2);
  });
  EXPECT_NEAR(std::sqrt(squares / count), 0.05, 5 * 0.05 / std::sqrt(2.0 * count) + 5e-4);

  options.returns.dropout = 0.25F;
  const auto dropped = simulate_spinning_lidar(scene, options, 5);
  EXPECT_NEAR(static_cast<double>(count_valid(dropped.depth)) / count, 0.75,
              five_errors(0.75, count));
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {  // each defect has its own stream
    EXPECT_TRUE(dropped.depth.values[i] == 0 || dropped.depth.values[i] == noisy.depth.values[i]);
  }
}

TEST(SpinningLidar, MixesDepthsOnlyNextToAnEdge) {
  DepthMap truth(400, 300, 4.0F);
  for (int y = 0; y < 300; ++y) {
    for (int x = 200; x < 400; ++x) truth.at(x, y) = 8;
  }
  const Image image = grey_image(400, 300, 0.5F);
  SpinningLidarOptions options = perfect();
  options.azimuth_step_deg = 0.1F;
  options.divergence_deg = 1;  // 2.6 pixels each way
  options.flying = 1;
  const auto prompt =
      simulate_spinning_lidar({.depth = truth, .image = image, .intrinsics = kCamera}, options, 6);
  int flying = 0;
  for_each_point(prompt.depth, [&](int x, int, double z) {
    EXPECT_GE(z, 4 - 1e-3);
    EXPECT_LE(z, 8 + 1e-3);
    if (std::min(z - 4, 8 - z) < 1e-3) return;
    ++flying;
    EXPECT_LE(std::abs(x - 199.5), 4.5);
  });
  EXPECT_GT(flying, 50);
}

TEST(SpinningLidar, MeasuresOnlySurfacesFromBesideTheCamera) {
  DepthMap truth(400, 300, 9.0F);
  for (int y = 0; y < 300; ++y) {
    for (int x = 150; x < 180; ++x) truth.at(x, y) = 3;
  }
  const Image image = grey_image(400, 300, 0.5F);
  SpinningLidarOptions options = perfect();
  options.right_m = 0.5F;
  const auto prompt =
      simulate_spinning_lidar({.depth = truth, .image = image, .intrinsics = kCamera}, options, 7);
  int wrong_side = 0;
  const int count = for_each_point(prompt.depth, [&](int x, int y, double z) {
    EXPECT_TRUE(std::abs(z - 3) < 1e-3 || std::abs(z - 9) < 1e-2) << z;
    wrong_side += std::abs(z - static_cast<double>(truth.at(x, y))) > 0.1 ? 1 : 0;
  });
  EXPECT_LT(wrong_side, count / 50);  // points are rounded to pixels
}

TEST(SpinningLidar, ShiftsAllPointsByItsCalibrationError) {
  const DepthMap truth(400, 300, 10.0F);
  const Image image = grey_image(400, 300, 0.5F);
  const ObservedScene scene{.depth = truth, .image = image, .intrinsics = kCamera};
  SpinningLidarOptions options = perfect();
  options.beams = 1;
  options.lowest_deg = options.highest_deg = 0;
  options.calibration_deg = 1;
  double squares = 0;
  constexpr int kSeeds = 200;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto prompt = simulate_spinning_lidar(scene, options, seed);
    double row = 0;
    int count = 0;
    for_each_point(prompt.depth, [&](int x, int y, double) {
      if (std::abs(x - kCamera.cx) > 20) return;
      row += y;
      ++count;
    });
    ASSERT_GT(count, 10);
    squares += std::pow(row / count - kCamera.cy, 2);
  }
  const double sigma_px = kCamera.fy * kDegree;  // of one degree
  EXPECT_NEAR(std::sqrt(squares / kSeeds), sigma_px, 5 * sigma_px / std::sqrt(2.0 * kSeeds) + 0.3);
}

TEST(SpinningLidar, IsRepeatableAndTellsItsConfidence) {
  const DepthMap truth = ground(1.6);
  const Image image = random_image(400, 300, 8);
  const ObservedScene scene{.depth = truth, .image = image, .intrinsics = kCamera};
  const auto once = simulate_spinning_lidar(scene, {}, 9);
  EXPECT_EQ(simulate_spinning_lidar(scene, {}, 9).depth.values, once.depth.values);
  EXPECT_NE(simulate_spinning_lidar(scene, {}, 10).depth.values, once.depth.values);
  std::set<float> levels;
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    levels.insert(once.confidence.values[i]);
    if (once.depth.values[i] == 0) {
      EXPECT_EQ(once.confidence.values[i], 0);
    }
  }
  EXPECT_TRUE(levels.count(2) == 1);
}

TEST(SpinningLidar, RefusesOptionsOutOfRange) {
  EXPECT_THROW((SpinningLidarOptions{.beams = 0}.validate()), Error);
  EXPECT_THROW((SpinningLidarOptions{.lowest_deg = 5, .highest_deg = 2}.validate()), Error);
  EXPECT_THROW((SpinningLidarOptions{.azimuth_step_deg = 0}.validate()), Error);
}

}  // namespace
}  // namespace promptdepth
