#include "promptdepth/prompt/light_return.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

constexpr int kPulses = 20'000;

/// One pixel of everything.
struct Target {
  DepthMap depth = DepthMap(1, 1, 2.0F);
  Image image = grey_image(1, 1, 0.5F);
  SurfaceMap surfaces = {};

  ObservedScene scene() const { return {.depth = depth, .image = image, .surfaces = &surfaces}; }
};

/// Always measures, exactly.
ReturnOptions perfect() {
  return {.half_range_m = 1e4F,
          .jitter_m = 0,
          .noise_floor_m = 0,
          .min_range_m = 0,
          .max_range_m = 1e4F,
          .highlight_dropout = 0};
}

std::vector<float> ranges(const Target& target, const ReturnOptions& options, float range_m,
                          std::uint64_t seed = 1) {
  const ObservedScene scene = target.scene();
  LightReturns returns(scene, options, seed);
  std::vector<float> result;
  result.reserve(kPulses);
  for (int i = 0; i < kPulses; ++i) {
    result.push_back(returns.measure(0, 0, target.depth.at(0, 0), range_m).range_m);
  }
  return result;
}

double measured_share(const std::vector<float>& ranges) {
  double count = 0;
  for (const float range : ranges) count += range > 0 ? 1 : 0;
  return count / static_cast<double>(ranges.size());
}

double deviation(const std::vector<float>& ranges, double mean) {
  double squares = 0;
  double count = 0;
  for (const float range : ranges) {
    if (!(range > 0)) continue;
    squares += (static_cast<double>(range) - mean) * (static_cast<double>(range) - mean);
    ++count;
  }
  return std::sqrt(squares / count);
}

TEST(LightReturns, MeasureHalfOfTheTenPercentSurfacesAtTheHalfRange) {
  Target target;
  target.surfaces.reflectance = DepthMap(1, 1, 0.1F);
  ReturnOptions options = perfect();
  options.half_range_m = 4;
  EXPECT_NEAR(measured_share(ranges(target, options, 4)), 0.5, five_errors(0.5, kPulses));
}

TEST(LightReturns, AreLostWithRangeAndDarknessAsTheFormulaSays) {
  Target target;
  ReturnOptions options = perfect();
  options.half_range_m = 4;
  for (const float reflectance : {0.02F, 0.1F, 0.6F}) {
    for (const float range : {2.0F, 4.0F, 9.0F}) {
      target.surfaces.reflectance = DepthMap(1, 1, reflectance);
      const double photons = std::log(2.0) * static_cast<double>(reflectance) / 0.1 * 16.0 /
                             static_cast<double>(range * range);
      const double share = 1 - std::exp(-photons);
      EXPECT_NEAR(measured_share(ranges(target, options, range)), share,
                  five_errors(share, kPulses) + 1e-4)
          << reflectance << " at " << range << " m";
    }
  }
}

TEST(LightReturns, HaveNoiseThatGrowsWithTheRange) {
  Target target;
  target.surfaces.reflectance = DepthMap(1, 1, 1.0F);
  ReturnOptions options = perfect();
  options.half_range_m = 10;
  options.jitter_m = 0.1F;
  options.noise_floor_m = 0.004F;
  double before = 0;
  for (const float range : {1.0F, 4.0F, 12.0F}) {
    const double photons = std::log(2.0) * 10 * 100 / static_cast<double>(range * range);
    const double sigma = std::hypot(0.004, 0.1 / std::sqrt(photons));
    const double found = deviation(ranges(target, options, range), static_cast<double>(range));
    EXPECT_NEAR(found, sigma, 5 * sigma / std::sqrt(2.0 * kPulses)) << range << " m";
    EXPECT_GT(found, before);
    before = found;
  }
}

TEST(LightReturns, TellTheirDeviation) {
  Target target;
  target.surfaces.reflectance = DepthMap(1, 1, 0.1F);
  ReturnOptions options = perfect();
  options.half_range_m = 2;
  options.noise_floor_m = 0.03F;
  options.jitter_m = 0.04F;
  const ObservedScene scene = target.scene();
  LightReturns returns(scene, options, 1);
  // ln 2 photons at most count as one.
  for (int i = 0; i < 20; ++i) {
    const LightReturn back = returns.measure(0, 0, 2, 2);
    if (back.range_m > 0) {
      EXPECT_NEAR(back.sigma_m, 0.05, 1e-6);
    }
  }
}

TEST(LightReturns, GuessTheReflectanceFromTheImage) {
  Target target;
  const ReturnOptions options = perfect();
  target.image = grey_image(1, 1, 0.5F);
  EXPECT_NEAR(LightReturns(target.scene(), options, 1).reflectance(0, 0), 0.25, 1e-6);
  target.image = grey_image(1, 1, 0.0F);
  EXPECT_EQ(LightReturns(target.scene(), options, 1).reflectance(0, 0), options.min_reflectance);
  target.surfaces.reflectance = DepthMap(1, 1, 0.7F);
  EXPECT_EQ(LightReturns(target.scene(), options, 1).reflectance(0, 0), 0.7F);
}

TEST(LightReturns, SeeWhatIsInTheMirrorOrBehindTheGlass) {
  Target target;
  target.surfaces.mirror = DepthMap(1, 1, 0.2F);
  target.surfaces.transparency = DepthMap(1, 1, 0.3F);
  target.surfaces.beyond = DepthMap(1, 1, 6.0F);
  double beyond = 0;
  for (const float range : ranges(target, perfect(), 3)) {  // 2 m deep, 3 m away
    if (std::abs(range - 9) < 1e-3F) {
      ++beyond;
    } else {
      EXPECT_EQ(range, 3);
    }
  }
  EXPECT_NEAR(beyond / kPulses, 0.5, five_errors(0.5, kPulses));
  target.surfaces.beyond = DepthMap();
  EXPECT_NEAR(measured_share(ranges(target, perfect(), 3)), 0.5, five_errors(0.5, kPulses));
}

TEST(LightReturns, AreLostInGlareOnly) {
  Target target;
  ReturnOptions options = perfect();
  options.highlight_dropout = 0.3F;
  EXPECT_EQ(measured_share(ranges(target, options, 3)), 1);
  target.image = grey_image(1, 1, 1.0F);
  EXPECT_NEAR(measured_share(ranges(target, options, 3)), 0.7, five_errors(0.7, kPulses));
}

TEST(LightReturns, KeepToTheirRange) {
  ReturnOptions options = perfect();
  options.min_range_m = 0.5F;
  options.max_range_m = 5;
  EXPECT_EQ(measured_share(ranges({}, options, 0.4F)), 0);
  EXPECT_EQ(measured_share(ranges({}, options, 0.6F)), 1);
  EXPECT_EQ(measured_share(ranges({}, options, 5.1F)), 0);
  EXPECT_EQ(measured_share(ranges({}, options, 0)), 0);
}

TEST(LightReturns, LoseTheGivenShareAndLeaveTheOthersAsTheyWere) {
  ReturnOptions options = perfect();
  options.jitter_m = 0.1F;
  options.noise_floor_m = 0.1F;
  options.half_range_m = 3;
  const std::vector<float> all = ranges({}, options, 3);
  options.dropout = 0.4F;
  const std::vector<float> some = ranges({}, options, 3);
  EXPECT_NEAR(measured_share(some), 0.6 * measured_share(all), five_errors(0.6, kPulses));
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(some[i] == 0 || some[i] == all[i]);
}

TEST(ReturnOptions, RefuseARangeTurnedAround) {
  EXPECT_THROW((ReturnOptions{.min_range_m = 5, .max_range_m = 4}.validate("test")), Error);
  EXPECT_NO_THROW(ReturnOptions{}.validate("test"));
}

}  // namespace
}  // namespace promptdepth
