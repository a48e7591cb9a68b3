#include "promptdepth/image/preview.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

bool has_color(const float* pixel, const Rgb& color) {
  return std::abs(pixel[0] - color[0]) + std::abs(pixel[1] - color[1]) +
             std::abs(pixel[2] - color[2]) <
         0.01F;
}

int count_color(const Image& image, const Rgb& color) {
  int count = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) count += has_color(image.at(x, y), color) ? 1 : 0;
  }
  return count;
}

void expect_ticks(const DepthRange& range, int most, const std::vector<double>& expected) {
  const std::vector<double> ticks = scale_ticks_m(range, most);
  ASSERT_EQ(ticks.size(), expected.size());
  for (std::size_t i = 0; i < ticks.size(); ++i) EXPECT_NEAR(ticks[i], expected[i], 1e-6);
}

TEST(Preview, TicksAreRoundNumbers) {
  expect_ticks({1.566F, 3.512F}, 5, {2.0, 2.5, 3.0, 3.5});
  expect_ticks({2.6F, 76.6F}, 8, {10, 20, 30, 40, 50, 60, 70});
  expect_ticks({2.6F, 76.6F}, 4, {20, 40, 60});
  expect_ticks({0.0F, 1.0F}, 11, {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0});
}

TEST(Preview, LogarithmicTicksAreRoundToo) {
  expect_ticks({2.6F, 76.6F, true}, 30, {3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 70});
  expect_ticks({2.6F, 76.6F, true}, 6, {5, 10, 20, 50});
  expect_ticks({0.09F, 100.5F, true}, 4, {0.1, 1, 10, 100});
}

TEST(Preview, WideRangesAreLogarithmic) {
  DepthMap street(100, 1);
  DepthMap room(100, 1);
  for (int x = 0; x < 100; ++x) {
    street.at(x, 0) = 3.0F + 0.5F * static_cast<float>(x);
    room.at(x, 0) = 1.5F + 0.02F * static_cast<float>(x);
  }
  EXPECT_TRUE(preview_range(street).logarithmic);
  EXPECT_FALSE(preview_range(room).logarithmic);
  EXPECT_FALSE(preview_range(DepthMap(3, 3)).logarithmic);
}

TEST(Preview, HasNeverMoreTicksThanAskedForAndAtLeastOne) {
  for (float span = 0.002F; span < 500.0F; span *= 1.37F) {
    for (int most = 2; most < 12; ++most) {
      const std::size_t count = scale_ticks_m({1.234F, 1.234F + span}, most).size();
      EXPECT_LE(count, static_cast<std::size_t>(most)) << span;
      EXPECT_GE(count, 1U) << span << " " << most;
    }
  }
}

TEST(Preview, StandsSideBySideUnlessThePhotoIsWide) {
  const DepthMap depth(8, 6, 2.0F);
  const Image beside = draw_preview(smooth_image(80, 60), depth, depth);
  EXPECT_NEAR(beside.width, 1500, 3);
  EXPECT_LT(beside.height, 500);
  const Image below = draw_preview(smooth_image(120, 36), depth, depth, {.width_px = 900});
  EXPECT_NEAR(below.width, 900, 3);
  EXPECT_GT(below.height, 3 * 250);
}

TEST(Preview, GivesPromptAndDepthTheSameColours) {
  const DepthMap prompt(4, 3, 2.5F);
  const DepthMap depth(40, 30, 2.5F);
  const PreviewOptions options{
      .width_px = 600, .color_map = ColorMap::kViridis, .range = DepthRange{2.0F, 3.0F}};
  const Image preview = draw_preview(Image(40, 30), prompt, depth, options);
  const int panel = (600 - 4 * 12) / 3;
  const int panels_of_color = panel * panel * 3 / 4;
  EXPECT_NEAR(count_color(preview, color_at(ColorMap::kViridis, 0.5F)), 2 * panels_of_color, 400);
}

TEST(Preview, MakesScatteredPointsVisible) {
  DepthMap prompt(1000, 750);
  for (int i = 0; i < 200; ++i) prompt.at((37 * i) % 1000, (61 * i) % 750) = 3.0F;
  const PreviewPanel panel{"points", nullptr, &prompt};
  const Image preview = draw_panels(std::span(&panel, 1), {2.0F, 4.0F}, {.width_px = 500});
  EXPECT_GT(count_color(preview, color_at(ColorMap::kSpectral, 0.5F)), 200 * 20);
}

TEST(Preview, RefusesWhatCannotBeDrawn) {
  const DepthMap depth(4, 3, 1.0F);
  const Image photo(4, 3);
  EXPECT_THAT(error_of([&] { draw_preview(photo, DepthMap(), depth); }), HasSubstr("'Prompt'"));
  EXPECT_THAT(error_of([&] { draw_preview(photo, depth, depth, {.width_px = 10}); }),
              HasSubstr("10 pixels"));
  EXPECT_THAT(error_of([&] {
                draw_preview(photo, depth, depth, {.range = DepthRange{2.0F, 2.0F}});
              }),
              HasSubstr("min < max"));
}

}  // namespace
}  // namespace promptdepth
