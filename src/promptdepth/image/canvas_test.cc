#include "promptdepth/image/canvas.h"

#include <numeric>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

constexpr Rgb kWhite{1.0F, 1.0F, 1.0F};

float ink(const Image& canvas) {
  return std::accumulate(canvas.rgb.begin(), canvas.rgb.end(), 0.0F) / 3.0F;
}

/// The first and last column that the drawing touches.
std::pair<int, int> extent(const Image& canvas) {
  int first = canvas.width;
  int last = -1;
  for (int y = 0; y < canvas.height; ++y) {
    for (int x = 0; x < canvas.width; ++x) {
      if (canvas.at(x, y)[0] > 0.1F) {
        first = std::min(first, x);
        last = std::max(last, x);
      }
    }
  }
  return {first, last};
}

TEST(Canvas, FillsExactlyTheRectangleInsideTheCanvas) {
  Image canvas(10, 10);
  fill_rectangle(canvas, 2, 3, 4, 2, kWhite);
  EXPECT_EQ(ink(canvas), 8.0F);
  EXPECT_EQ(canvas.at(2, 3)[0], 1.0F);
  EXPECT_EQ(canvas.at(5, 4)[0], 1.0F);
  fill_rectangle(canvas, -5, -5, 6, 6, kWhite);
  fill_rectangle(canvas, 9, 9, 50, 50, kWhite);
  EXPECT_EQ(ink(canvas), 10.0F);
}

TEST(Canvas, PastesWithoutReachingOut) {
  Image picture(3, 3);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = static_cast<float>(i);
  Image canvas(4, 4);
  paste(canvas, picture, 2, -1);
  EXPECT_EQ(canvas.at(2, 0)[0], picture.at(0, 1)[0]);
  EXPECT_EQ(canvas.at(3, 1)[2], picture.at(1, 2)[2]);
  EXPECT_EQ(canvas.at(1, 0)[0], 0.0F);
  Image untouched(4, 4);
  paste(untouched, picture, 4, 0);
  paste(untouched, picture, -3, 0);
  EXPECT_EQ(ink(untouched), 0.0F);
}

TEST(Canvas, TextStandsOnItsBaseLineWithTheHeightAskedFor) {
  Image canvas(60, 40);
  draw_text(canvas, "H", 20, 30, 16, kWhite);
  int top = 40;
  int bottom = 0;
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) {
      if (canvas.at(x, y)[1] > 0.5F) {
        top = std::min(top, y);
        bottom = std::max(bottom, y);
      }
    }
  }
  EXPECT_NEAR(bottom, 30, 2);
  EXPECT_NEAR(bottom - top + 1, 16, 3);
}

TEST(Canvas, TextIsAlignedToItsAnchor) {
  const std::string text = "0.5 m";
  const int width = text_width(text, 12);
  Image left(200, 30);
  draw_text(left, text, 100, 20, 12, kWhite, TextAlign::kLeft);
  EXPECT_NEAR(extent(left).first, 100, 3);
  EXPECT_NEAR(extent(left).second, 100 + width, 4);
  Image center(200, 30);
  draw_text(center, text, 100, 20, 12, kWhite, TextAlign::kCenter);
  EXPECT_NEAR(extent(center).first + extent(center).second, 200, 4);
  Image right(200, 30);
  draw_text(right, text, 100, 20, 12, kWhite, TextAlign::kRight);
  EXPECT_NEAR(extent(right).second, 100, 4);
}

TEST(Canvas, TextIsCutOffAtTheBorder) {
  Image canvas(8, 8);
  draw_text(canvas, "WWWW", -10, 4, 16, kWhite);
  EXPECT_GT(ink(canvas), 0.0F);
  draw_text(canvas, "far away", 500, 500, 16, kWhite);
}

}  // namespace
}  // namespace promptdepth
