#include "promptdepth/image/colormap.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

constexpr ColorMap kAll[] = {ColorMap::kTurbo, ColorMap::kViridis, ColorMap::kCividis,
                             ColorMap::kInferno, ColorMap::kSpectral};

/// CIE luma of sRGB values, good enough to order colours by lightness.
float luma(const Rgb& color) {
  return 0.2126F * color[0] + 0.7152F * color[1] + 0.0722F * color[2];
}

TEST(ColorMap, KnowsTheEndsThatAreInPrint) {
  EXPECT_THAT(color_at(ColorMap::kSpectral, 0.0F),
              ElementsAre(FloatNear(158 / 255.0F, 1e-5F), FloatNear(1 / 255.0F, 1e-5F),
                          FloatNear(66 / 255.0F, 1e-5F)));
  // viridis runs from #440154 to #fde725.
  EXPECT_THAT(color_at(ColorMap::kViridis, 0.0F),
              ElementsAre(FloatNear(0x44 / 255.0F, 0.01F), FloatNear(0x01 / 255.0F, 0.01F),
                          FloatNear(0x54 / 255.0F, 0.01F)));
  EXPECT_THAT(color_at(ColorMap::kViridis, 1.0F),
              ElementsAre(FloatNear(0xfd / 255.0F, 0.01F), FloatNear(0xe7 / 255.0F, 0.01F),
                          FloatNear(0x25 / 255.0F, 0.01F)));
}

TEST(ColorMap, UniformMapsGrowInLightness) {
  for (const ColorMap map : {ColorMap::kViridis, ColorMap::kCividis, ColorMap::kInferno}) {
    for (float t = 0.05F; t <= 1.0F; t += 0.05F) {
      EXPECT_GT(luma(color_at(map, t)), luma(color_at(map, t - 0.05F))) << t;
    }
  }
}

TEST(ColorMap, NearbyDepthsHaveNearbyColors) {
  for (const ColorMap map : kAll) {
    for (int i = 0; i < 1000; ++i) {
      const Rgb a = color_at(map, static_cast<float>(i) / 1000.0F);
      const Rgb b = color_at(map, static_cast<float>(i + 1) / 1000.0F);
      for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(a[c], b[c], 0.02F);
    }
  }
}

TEST(ColorMap, IsFoundByName) {
  EXPECT_EQ(color_map_from_name("spectral"), ColorMap::kSpectral);
  EXPECT_THROW(color_map_from_name("jet"), Error);
}

TEST(ColorizeDepth, ClampsToTheRangeAndMarksHolesGrey) {
  DepthMap depth(4, 1);
  depth.values = {0.0F, 1.0F, 9.0F, std::numeric_limits<float>::quiet_NaN()};
  const Image colors = colorize_depth(depth, 1.0F, 2.0F, ColorMap::kViridis);
  const auto pixel = [&](int x) {
    return Rgb{colors.at(x, 0)[0], colors.at(x, 0)[1], colors.at(x, 0)[2]};
  };
  EXPECT_EQ(pixel(0), kNoDepthColor);
  EXPECT_EQ(pixel(1), color_at(ColorMap::kViridis, 0.0F));
  EXPECT_EQ(pixel(2), color_at(ColorMap::kViridis, 1.0F));
  EXPECT_EQ(pixel(3), kNoDepthColor);
  EXPECT_THROW(colorize_depth(depth, 2.0F, 2.0F), Error);
}

TEST(DepthRange, PlacesDepthsByDifferenceOrByRatio) {
  const DepthRange linear{2.0F, 32.0F};
  EXPECT_FLOAT_EQ(linear.position(2.0F), 0.0F);
  EXPECT_FLOAT_EQ(linear.position(17.0F), 0.5F);
  EXPECT_FLOAT_EQ(linear.position(32.0F), 1.0F);
  const DepthRange logarithmic{2.0F, 32.0F, true};
  EXPECT_FLOAT_EQ(logarithmic.position(2.0F), 0.0F);
  EXPECT_FLOAT_EQ(logarithmic.position(8.0F), 0.5F);
  EXPECT_FLOAT_EQ(logarithmic.position(32.0F), 1.0F);
}

TEST(DepthRange, RefusesEmptyRangesAndLogarithmsOfZero) {
  EXPECT_NO_THROW((DepthRange{0.0F, 1.0F}.validate()));
  EXPECT_THROW((DepthRange{1.0F, 1.0F}.validate()), Error);
  EXPECT_THROW((DepthRange{0.0F, std::numeric_limits<float>::infinity()}.validate()), Error);
  EXPECT_THROW((DepthRange{0.0F, 1.0F, true}.validate()), Error);
}

TEST(PercentileRange, InterpolatesAsNumpyDoesAndIgnoresHoles) {
  DepthMap depth(13, 1);
  for (int x = 0; x <= 10; ++x) depth.at(x, 0) = static_cast<float>(11 - x);  // 1 to 11, mixed up
  depth.at(11, 0) = 0.0F;
  depth.at(12, 0) = std::numeric_limits<float>::infinity();
  const DepthRange range = percentile_range(depth, 2.0, 98.0);
  EXPECT_FLOAT_EQ(range.min_m, 1.2F);
  EXPECT_FLOAT_EQ(range.max_m, 10.8F);
}

TEST(PercentileRange, IsNeverEmpty) {
  const DepthRange constant = percentile_range(DepthMap(3, 3, 70.0F));
  EXPECT_LT(constant.min_m, 70.0F);
  EXPECT_GT(constant.max_m, 70.0F);
  const DepthRange nothing = percentile_range(DepthMap(3, 3));
  EXPECT_LT(nothing.min_m, nothing.max_m);
}

}  // namespace
}  // namespace promptdepth
