#include "promptdepth/image/canvas.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace promptdepth {
namespace {

// Letters are drawn this much larger and shrunk, which smooths the stroke font.
constexpr int kOversampling = 4;
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
// Height of this font's capitals at scale 1.
constexpr double kCapitalHeight_px = 21.0;

/// A line of text in the oversampled resolution.
struct Lettering {
  double scale;
  int thickness;
  int baseline = 0;
  cv::Size size;

  Lettering(const std::string& text, int height_px)
      : scale(kOversampling * height_px / kCapitalHeight_px),
        thickness(std::max(1, static_cast<int>(std::lround(kOversampling * height_px * 0.11)))),
        size(cv::getTextSize(text, kFont, scale, thickness, &baseline)) {}
};

/// Coverage of each pixel by the text, 0 to 1; its base line is `ascent` rows from the top.
cv::Mat text_mask(const std::string& text, const Lettering& lettering, int& ascent) {
  const auto rounded_up = [](int length) { return (length + kOversampling - 1) / kOversampling; };
  const int margin = lettering.thickness;
  ascent = rounded_up(lettering.size.height + margin);
  const cv::Size size(rounded_up(lettering.size.width + 2 * margin),
                      ascent + rounded_up(lettering.baseline + margin));
  cv::Mat large = cv::Mat::zeros(size * kOversampling, CV_32FC1);
  cv::putText(large, text, {margin, ascent * kOversampling}, kFont, lettering.scale, {1.0},
              lettering.thickness, cv::LINE_8);
  cv::Mat mask;
  cv::resize(large, mask, size, 0.0, 0.0, cv::INTER_AREA);
  return mask;
}

int left_of(int x, int width, TextAlign align) {
  if (align == TextAlign::kCenter) return x - width / 2;
  return align == TextAlign::kRight ? x - width : x;
}

}  // namespace

void fill_rectangle(Image& canvas, int x, int y, int width, int height, const Rgb& color) {
  for (int row = std::max(y, 0); row < std::min(y + height, canvas.height); ++row) {
    for (int column = std::max(x, 0); column < std::min(x + width, canvas.width); ++column) {
      std::copy(color.begin(), color.end(), canvas.at(column, row));
    }
  }
}

void paste(Image& canvas, const Image& picture, int x, int y) {
  const int left = std::max(x, 0);
  const int right = std::min(x + picture.width, canvas.width);
  if (left >= right) return;
  for (int row = std::max(y, 0); row < std::min(y + picture.height, canvas.height); ++row) {
    std::copy_n(picture.at(left - x, row - y), 3 * (right - left), canvas.at(left, row));
  }
}

int text_width(const std::string& text, int height_px) {
  return Lettering(text, height_px).size.width / kOversampling;
}

void draw_text(Image& canvas, const std::string& text, int x, int y, int height_px,
               const Rgb& color, TextAlign align) {
  if (text.empty()) return;
  int ascent = 0;
  const Lettering lettering(text, height_px);
  const cv::Mat mask = text_mask(text, lettering, ascent);
  const int left =
      left_of(x, lettering.size.width / kOversampling, align) - lettering.thickness / kOversampling;
  const int top = y - ascent;
  for (int row = std::max(0, -top); row < std::min(mask.rows, canvas.height - top); ++row) {
    for (int column = std::max(0, -left); column < std::min(mask.cols, canvas.width - left);
         ++column) {
      const float cover = mask.at<float>(row, column);
      float* pixel = canvas.at(left + column, top + row);
      for (std::size_t c = 0; c < 3; ++c) pixel[c] += cover * (color[c] - pixel[c]);
    }
  }
}

}  // namespace promptdepth
