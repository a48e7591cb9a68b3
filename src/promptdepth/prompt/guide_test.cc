#include "promptdepth/prompt/guide.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(PromptGuide, UsesAnImageOfTheSameSizeAsItIs) {
  const Image image(4, 3);
  EXPECT_EQ(&Guide(image, 4, 3).image(), &image);
}

TEST(PromptGuide, AveragesThePixelsThatAGridPixelCovers) {
  Image image(4, 2);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<float>(i);
  const Guide guide(image, 2, 1);
  EXPECT_EQ(guide.image().width, 2);
  EXPECT_EQ(guide.image().height, 1);
  EXPECT_FLOAT_EQ(guide.image().at(0, 0)[0], (0 + 3 + 12 + 15) / 4.0F);
  EXPECT_FLOAT_EQ(guide.image().at(1, 0)[2], (8 + 11 + 20 + 23) / 4.0F);
}

TEST(PromptGuide, RefusesAnEmptyImage) { EXPECT_THROW(Guide(Image(), 2, 2), Error); }

TEST(PromptGuide, MeasuresColourDistance) {
  const float a[] = {0.1F, 0.2F, 0.3F};
  const float b[] = {0.2F, 0.4F, 0.6F};
  EXPECT_FLOAT_EQ(squared_rgb_distance(a, b), 0.14F);
}

}  // namespace
}  // namespace promptdepth
