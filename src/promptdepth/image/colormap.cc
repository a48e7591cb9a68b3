#include "promptdepth/image/colormap.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr std::size_t kTableSize = 256;
using Table = std::array<Rgb, kTableSize>;

/// The 11 anchors of ColorBrewer's diverging scheme "Spectral" (8 bits per channel).
constexpr std::array<std::array<int, 3>, 11> kSpectralAnchors{{{158, 1, 66},
                                                               {213, 62, 79},
                                                               {244, 109, 67},
                                                               {253, 174, 97},
                                                               {254, 224, 139},
                                                               {255, 255, 191},
                                                               {230, 245, 152},
                                                               {171, 221, 164},
                                                               {102, 194, 165},
                                                               {50, 136, 189},
                                                               {94, 79, 162}}};

template <typename Colors>
Rgb interpolate(const Colors& colors, float t) {
  const float position = std::clamp(t, 0.0F, 1.0F) * static_cast<float>(colors.size() - 1);
  const std::size_t lower = std::min(static_cast<std::size_t>(position), colors.size() - 2);
  const float weight = position - static_cast<float>(lower);
  Rgb result{};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto from = static_cast<float>(colors[lower][c]);
    result[c] = from + weight * (static_cast<float>(colors[lower + 1][c]) - from);
  }
  return result;
}

Table opencv_table(cv::ColormapTypes type) {
  cv::Mat indices(1, kTableSize, CV_8UC1);
  for (int i = 0; i < indices.cols; ++i)
    indices.at<std::uint8_t>(0, i) = static_cast<std::uint8_t>(i);
  cv::Mat bgr;
  cv::applyColorMap(indices, bgr, type);
  Table table;
  for (int i = 0; i < bgr.cols; ++i) {
    const auto pixel = bgr.at<cv::Vec3b>(0, i);
    for (int c = 0; c < 3; ++c) {
      table[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)] =
          static_cast<float>(pixel[2 - c]) / 255.0F;
    }
  }
  return table;
}

Table spectral_table() {
  Table table;
  for (std::size_t i = 0; i < kTableSize; ++i) {
    table[i] = interpolate(kSpectralAnchors, static_cast<float>(i) / (kTableSize - 1));
    for (float& channel : table[i]) channel /= 255.0F;
  }
  return table;
}

struct NamedMap {
  std::string_view name;
  ColorMap map;
};

constexpr std::array kNames{
    NamedMap{"turbo", ColorMap::kTurbo},       NamedMap{"viridis", ColorMap::kViridis},
    NamedMap{"cividis", ColorMap::kCividis},   NamedMap{"inferno", ColorMap::kInferno},
    NamedMap{"spectral", ColorMap::kSpectral},
};

const Table& table_of(ColorMap map) {
  static const std::array<Table, 5> kTables{
      opencv_table(cv::COLORMAP_TURBO), opencv_table(cv::COLORMAP_VIRIDIS),
      opencv_table(cv::COLORMAP_CIVIDIS), opencv_table(cv::COLORMAP_INFERNO), spectral_table()};
  return kTables.at(static_cast<std::size_t>(map));
}

/// NumPy's default: between the order statistics around (n - 1) percent / 100.
float percentile(std::span<float> values, double percent) {
  const double position = static_cast<double>(values.size() - 1) * percent / 100.0;
  const auto lower = static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), values.begin() + lower, values.end());
  const float from = values[static_cast<std::size_t>(lower)];
  if (static_cast<std::size_t>(lower) + 1 == values.size()) return from;
  const float to = *std::min_element(values.begin() + lower + 1, values.end());
  return from + static_cast<float>(position - static_cast<double>(lower)) * (to - from);
}

}  // namespace

ColorMap color_map_from_name(std::string_view name) {
  for (const NamedMap& candidate : kNames) {
    if (candidate.name == name) return candidate.map;
  }
  fail(ErrorKind::kInvalidArgument,
       "expected a colour map out of turbo, viridis, cividis, inferno, spectral, found '{}'", name);
}

Rgb color_at(ColorMap map, float t) { return interpolate(table_of(map), t); }

float DepthRange::position(float depth_m) const {
  if (logarithmic) return std::log(depth_m / min_m) / std::log(max_m / min_m);
  return (depth_m - min_m) / (max_m - min_m);
}

void DepthRange::validate() const {
  if (min_m < max_m && std::isfinite(max_m - min_m) && (!logarithmic || min_m > 0.0F)) return;
  fail(ErrorKind::kInvalidArgument,
       "expected a {} range of depths with {}min < max, found {} m to {} m",
       logarithmic ? "logarithmic" : "linear", logarithmic ? "0 < " : "", min_m, max_m);
}

Image colorize_depth(const DepthMap& depth, const DepthRange& range, ColorMap map) {
  range.validate();
  Image result(depth.width, depth.height);
  for (std::size_t i = 0; i < depth.values.size(); ++i) {
    const float value = depth.values[i];
    const Rgb color = is_measured(value) ? color_at(map, range.position(value)) : kNoDepthColor;
    std::copy(color.begin(), color.end(), result.rgb.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  return result;
}

DepthRange percentile_range(const DepthMap& depth, double low, double high) {
  std::vector<float> measured;
  std::copy_if(depth.values.begin(), depth.values.end(), std::back_inserter(measured), is_measured);
  if (measured.empty()) return {0.0F, 1.0F};
  DepthRange range{percentile(measured, low), percentile(measured, high)};
  constexpr float kLeastSpan_m = 1e-3F;
  if (range.max_m - range.min_m < kLeastSpan_m) {
    const float middle = 0.5F * (range.min_m + range.max_m);
    range = {middle - kLeastSpan_m, middle + kLeastSpan_m};
  }
  return range;
}

}  // namespace promptdepth
