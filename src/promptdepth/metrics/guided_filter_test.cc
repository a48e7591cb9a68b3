#include "promptdepth/metrics/guided_filter.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
namespace {

Image random_image(int width, int height, std::uint64_t seed) {
  Image image(width, height);
  Random random(seed);
  for (float& value : image.rgb) value = random.uniform();
  return image;
}

TEST(GuidedFilter, ReproducesADepthThatIsLinearInTheColour) {
  const Image image = random_image(40, 30, 1);
  DepthMap depth(40, 30);
  for (std::size_t i = 0; i < depth.pixel_count(); ++i) {
    const float* rgb = image.rgb.data() + 3 * i;
    depth.values[i] = 1 + 0.5F * rgb[0] + 0.25F * rgb[1] + 2 * rgb[2];
  }
  const DepthMap filtered =
      guided_filter_upsample(depth, image, {.radius_px = 5, .epsilon = 1e-8F});
  for (std::size_t i = 0; i < depth.pixel_count(); ++i) {
    EXPECT_NEAR(filtered.values[i], depth.values[i], 1e-3F);
  }
}

TEST(GuidedFilter, IsABoxMeanOfBoxMeansWhereTheImageIsFlat) {
  DepthMap depth(15, 1, 1.0F);
  depth.at(7, 0) = 10;
  const DepthMap filtered = guided_filter_upsample(depth, Image(15, 1), {.radius_px = 1});
  const float weights[] = {1, 2, 3, 2, 1};  // of the triangle that two boxes of three make
  for (int x = 3; x < 12; ++x) {
    const float bump = std::abs(x - 7) <= 2 ? weights[x - 5] / 9 : 0.0F;
    EXPECT_NEAR(filtered.at(x, 0), 1 + 9 * bump, 1e-4F);
  }
}

TEST(GuidedFilter, ScalesWithThePromptAndKeepsAConstant) {
  DepthMap prompt(10, 8);
  Random random(3);
  for (float& z : prompt.values) z = random.uniform(1, 5);
  DepthMap doubled = prompt;
  for (float& z : doubled.values) z *= 2;
  const Image image = random_image(40, 30, 4);
  const DepthMap once = guided_filter_upsample(prompt, image);
  const DepthMap twice = guided_filter_upsample(doubled, image);
  for (std::size_t i = 0; i < once.pixel_count(); ++i) {
    EXPECT_EQ(twice.values[i], 2 * once.values[i]);
  }
  const DepthMap constant = guided_filter_upsample(DepthMap(10, 8, 1.25F), image);
  for (const float z : constant.values) EXPECT_EQ(z, 1.25F);
}

TEST(GuidedFilter, SharpensAnEdgeThatTheImageShows) {
  Image image(64, 16);
  DepthMap truth(64, 16, 1.0F);
  for (int y = 0; y < 16; ++y) {
    for (int x = 32; x < 64; ++x) {
      image.at(x, y)[1] = 1;
      truth.at(x, y) = 3;
    }
  }
  const DepthMap prompt = resize_nearest(truth, 8, 2);
  const DepthMap bilinear = resize_bilinear(prompt, 64, 16);
  const DepthMap filtered = guided_filter_upsample(prompt, image);
  EXPECT_LT(std::abs(filtered.at(31, 8) - 1), 0.5F * std::abs(bilinear.at(31, 8) - 1));
}

TEST(GuidedFilter, RefusesEmptyInputsAndOptionsOutOfRange) {
  const DepthMap prompt(4, 3, 1.0F);
  EXPECT_THROW(guided_filter_upsample(DepthMap(), Image(4, 3)), Error);
  EXPECT_THROW(guided_filter_upsample(prompt, Image()), Error);
  EXPECT_THROW(guided_filter_upsample(prompt, Image(4, 3), {.radius_px = 0}), Error);
  EXPECT_THROW(guided_filter_upsample(prompt, Image(4, 3), {.epsilon = 0}), Error);
}

}  // namespace
}  // namespace promptdepth
