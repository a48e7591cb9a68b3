#include "promptdepth/scene/camera_effects.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

RenderedView flat_view(Vec3 radiance) {
  RenderedView view;
  view.width = 64;
  view.height = 48;
  view.radiance.assign(64 * 48, radiance);
  view.depth = DepthMap(64, 48, 1);
  return view;
}

CameraEffects none() {
  CameraEffects e;
  e.shoulder = 0;
  return e;
}

/// The inverse of sRGB's encoding (IEC 61966-2-1).
double linear(double encoded) {
  return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

TEST(CameraEffects, ExposeTheMiddleToTheKeyWhateverTheLight) {
  CameraEffects e = none();
  e.key = 0.2F;
  for (const float radiance : {0.01F, 1.0F, 300.0F}) {
    const Image image = develop(flat_view({radiance, radiance, radiance}), e, 1);
    EXPECT_NEAR(linear(image.rgb[0]), 0.2, 0.005);
  }
}

TEST(CameraEffects, GiveEightBits) {
  CameraEffects e = none();
  e.shot_noise = 0.1F;
  const Image image = develop(flat_view({1, 1, 1}), e, 1);
  for (const float v : image.rgb) EXPECT_EQ(std::round(v * 255) / 255, v);
}

TEST(CameraEffects, NoiseHasItsStrengthAndFollowsItsSeed) {
  CameraEffects e = none();
  e.key = 0.25F;
  e.shot_noise = 0.04F;
  const Image image = develop(flat_view({1, 1, 1}), e, 1);
  double sum = 0;
  double squares = 0;
  for (const float v : image.rgb) {
    const double x = linear(v);
    sum += x;
    squares += x * x;
  }
  const double n = static_cast<double>(image.rgb.size());
  const double sigma = std::sqrt(squares / n - sum * sum / n / n);
  // 0.04 sqrt(0.25) = 0.02; 9,216 samples give it to 1 %.
  EXPECT_NEAR(sigma, 0.02, 0.001);
  EXPECT_EQ(develop(flat_view({1, 1, 1}), e, 1).rgb, image.rgb);
  EXPECT_NE(develop(flat_view({1, 1, 1}), e, 2).rgb, image.rgb);
}

TEST(CameraEffects, BlurSpreadsAPointAndKeepsItsLight) {
  RenderedView view = flat_view({0.2F, 0.2F, 0.2F});
  view.radiance[20 * 64 + 30] = {1, 1, 1};
  CameraEffects e = none();
  e.key = 0.2F;
  e.blur_sigma_px = 0.8F;
  const Image sharp = develop(view, none(), 1);
  const Image soft = develop(view, e, 1);
  EXPECT_GT(sharp.at(30, 20)[0], soft.at(30, 20)[0]);
  EXPECT_GT(soft.at(31, 20)[0], sharp.at(31, 20)[0]);
  const double around = linear(soft.at(0, 0)[0]);
  double extra = 0;
  for (int y = 15; y < 26; ++y) {
    for (int x = 25; x < 36; ++x) extra += linear(soft.at(x, y)[0]) - around;
  }
  EXPECT_NEAR(extra, 0.8, 0.05);
}

TEST(CameraEffects, VignettingDarkensTheCorners) {
  CameraEffects e = none();
  e.vignetting = 0.5F;
  const Image image = develop(flat_view({1, 1, 1}), e, 1);
  EXPECT_NEAR(linear(image.at(0, 0)[0]) / linear(image.at(32, 24)[0]), 0.5, 0.02);
}

TEST(CameraEffects, SaturationOfZeroIsGrey) {
  CameraEffects e = none();
  e.saturation = 0;
  const Image image = develop(flat_view({1, 0.5F, 0.2F}), e, 1);
  EXPECT_EQ(image.rgb[0], image.rgb[1]);
  EXPECT_EQ(image.rgb[1], image.rgb[2]);
}

TEST(CameraEffects, RandomOnesStayWithinReason) {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    const CameraEffects e = CameraEffects::random(random);
    EXPECT_TRUE(e.key > 0.1F && e.key < 0.5F);
    EXPECT_TRUE(e.blur_sigma_px >= 0 && e.blur_sigma_px < 1.2F);
    EXPECT_TRUE(e.shot_noise >= 0 && e.shot_noise <= 0.05F);
    EXPECT_GT(std::min({e.white_balance.x, e.white_balance.y, e.white_balance.z}), 0.3F);
  }
}

}  // namespace
}  // namespace promptdepth::scene
