#include "promptdepth/image/resize.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

Image random_image(int width, int height, std::uint64_t seed) {
  Image image(width, height);
  Random random(seed);
  for (float& value : image.rgb) value = random.uniform();
  return image;
}

/// The depth of a plane that is linear in pixel coordinates of a `width` × `height` view of
/// [0, 1] x [0, 1].
DepthMap ramp(int width, int height) {
  DepthMap map(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      map.at(x, y) = 1.0F + (static_cast<float>(x) + 0.5F) / static_cast<float>(width) +
                     2.0F * (static_cast<float>(y) + 0.5F) / static_cast<float>(height);
    }
  }
  return map;
}

TEST(Resize, SameSizeChangesNoBit) {
  const Image image = random_image(31, 17, 1);
  EXPECT_EQ(resize_area(image, 31, 17).rgb, image.rgb);
  EXPECT_EQ(resize_bilinear(image, 31, 17).rgb, image.rgb);
  const DepthMap map = ramp(31, 17);
  EXPECT_EQ(resize_bilinear(map, 31, 17).values, map.values);
  EXPECT_EQ(resize_nearest(map, 31, 17).values, map.values);
  EXPECT_EQ(resize_bicubic(map, 31, 17).values, map.values);
}

TEST(Resize, AreaAveragesWholeBlocks) {
  const Image image = random_image(12, 8, 2);
  const Image small = resize_area(image, 4, 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      double sum = 0.0;
      for (int dy = 0; dy < 2; ++dy) {
        for (int dx = 0; dx < 3; ++dx) sum += image.at(3 * x + dx, 2 * y + dy)[1];
      }
      EXPECT_NEAR(small.at(x, y)[1], sum / 6.0, 1e-6);
    }
  }
}

TEST(Resize, AreaWeighsPixelsThatAreCutByTheirShare) {
  Image image(3, 1);
  for (int x = 0; x < 3; ++x) image.at(x, 0)[0] = static_cast<float>(x);
  const Image small = resize_area(image, 2, 1);
  EXPECT_NEAR(small.at(0, 0)[0], (0.0 + 0.5 * 1.0) / 1.5, 1e-6);
  EXPECT_NEAR(small.at(1, 0)[0], (0.5 * 1.0 + 2.0) / 1.5, 1e-6);
}

TEST(Resize, BilinearKeepsAPlaneAwayFromTheBorder) {
  const DepthMap large = resize_bilinear(ramp(16, 12), 56, 42);
  const DepthMap expected = ramp(56, 42);
  for (int y = 4; y < 38; ++y) {
    for (int x = 4; x < 52; ++x) EXPECT_NEAR(large.at(x, y), expected.at(x, y), 1e-5);
  }
}

TEST(Resize, BilinearTakesOnlyTheTwoNeighboursWhenShrinking) {
  DepthMap map(6, 1);
  map.values = {0.0F, 10.0F, 20.0F, 30.0F, 40.0F, 100.0F};
  // Centres 1 and 4 of the source: exactly one pixel each.
  EXPECT_THAT(resize_bilinear(map, 2, 1).values, ElementsAre(FloatEq(10.0F), FloatEq(40.0F)));
}

TEST(Resize, NearestInventsNoValue) {
  DepthMap map(2, 1);
  map.values = {1.0F, 5.0F};
  EXPECT_THAT(resize_nearest(map, 6, 1).values, ElementsAre(1, 1, 1, 5, 5, 5));
  EXPECT_THAT(resize_nearest(ramp(9, 1), 3, 1).values,
              ElementsAre(ramp(9, 1).at(1, 0), ramp(9, 1).at(4, 0), ramp(9, 1).at(7, 0)));
}

TEST(Resize, RefusesNoPixels) {
  EXPECT_THROW(resize_area(Image(), 4, 4), Error);
  EXPECT_THROW(resize_bilinear(ramp(4, 4), 0, 4), Error);
  EXPECT_THROW(resize_nearest(ramp(4, 4), 4, -1), Error);
}

}  // namespace
}  // namespace promptdepth
