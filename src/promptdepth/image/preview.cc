#include "promptdepth/image/preview.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/image/canvas.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
namespace {

constexpr Rgb kBackground{0.09F, 0.09F, 0.10F};
constexpr Rgb kTitleColor{0.95F, 0.95F, 0.95F};
constexpr Rgb kNoteColor{0.62F, 0.62F, 0.64F};
constexpr int kMargin_px = 12;
constexpr int kText_px = 13;  // Height of capitals.
constexpr int kTitle_px = 30;
constexpr int kBar_px = 16;

/// Below this share of measured pixels a map is drawn as dots.
constexpr double kSparse = 0.2;

struct Layout {
  int columns = 1;
  int rows = 1;
  int panel_width = 0;
  int panel_height = 0;

  int left(int column) const { return kMargin_px + column * (panel_width + kMargin_px); }
  int top(int row) const { return row * (kTitle_px + panel_height + kMargin_px) + kTitle_px; }
  int width() const { return left(columns); }
  int height() const { return top(rows) - kTitle_px + kScaleHeight_px; }
};

Layout arrange(int count, double aspect, int width_px) {
  constexpr double kWide = 2.0;
  Layout layout;
  (aspect > kWide ? layout.rows : layout.columns) = count;
  layout.panel_width = (width_px - kMargin_px * (layout.columns + 1)) / layout.columns;
  layout.panel_height = std::max(1, static_cast<int>(std::lround(layout.panel_width / aspect)));
  return layout;
}

/// Squares around the measured pixels, large enough to cover about a third of the panel together;
/// near ones cover far ones.
Image draw_dots(const DepthMap& map, const DepthRange& range, ColorMap colors, int width,
                int height) {
  std::vector<std::size_t> measured;
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    if (is_measured(map.values[i])) measured.push_back(i);
  }
  std::sort(measured.begin(), measured.end(),
            [&](std::size_t a, std::size_t b) { return map.values[a] > map.values[b]; });
  const double area = static_cast<double>(width) * height;
  const double ideal_side =
      std::sqrt(area / 3.0 / static_cast<double>(std::max<std::size_t>(1, measured.size())));
  const int side = std::clamp(static_cast<int>(std::lround(ideal_side)), 2, 7);
  const auto columns = static_cast<std::size_t>(map.width);
  Image panel(width, height);
  fill_rectangle(panel, 0, 0, width, height, kNoDepthColor);
  for (const std::size_t i : measured) {
    const double u = (static_cast<double>(i % columns) + 0.5) / map.width;
    const std::size_t row = i / columns;
    const double v = (static_cast<double>(row) + 0.5) / map.height;
    const int x = static_cast<int>(std::floor(u * width - 0.5 * side + 0.5));
    const int y = static_cast<int>(std::floor(v * height - 0.5 * side + 0.5));
    fill_rectangle(panel, x, y, side, side, color_at(colors, range.position(map.values[i])));
  }
  return panel;
}

}  // namespace

Image draw_depth(const DepthMap& map, const DepthRange& range, ColorMap colors, int width,
                 int height) {
  const auto measured = std::count_if(map.values.begin(), map.values.end(), is_measured);
  if (static_cast<double>(measured) < kSparse * static_cast<double>(map.values.size())) {
    return draw_dots(map, range, colors, width, height);
  }
  if (map.width <= width && map.height <= height) {
    return colorize_depth(resize_nearest(map, width, height), range, colors);
  }
  // Averaging colours, not depths, smooths edges without inventing surfaces between near and far.
  return resize_area(colorize_depth(map, range, colors), width, height);
}

Image draw_photo(const Image& photo, int width, int height) {
  const bool shrinks = photo.width >= width && photo.height >= height;
  return shrinks ? resize_area(photo, width, height) : resize_bilinear(photo, width, height);
}

namespace {

void draw_title(Image& canvas, const PreviewPanel& panel, int x, int y) {
  const int width = panel.photo != nullptr ? panel.photo->width : panel.depth->width;
  const int height = panel.photo != nullptr ? panel.photo->height : panel.depth->height;
  draw_text(canvas, panel.title, x, y, kText_px, kTitleColor);
  draw_text(canvas, fmt::format("{} x {}", width, height),
            x + text_width(panel.title + "  ", kText_px), y, kText_px - 2, kNoteColor);
}

/// As few digits as tell every tick exactly.
int decimals_of(const std::vector<double>& ticks) {
  int decimals = 0;
  for (const double tick : ticks) {
    double shifted = tick * std::pow(10.0, decimals);
    for (; decimals < 4 && std::abs(shifted - std::round(shifted)) > 1e-6; shifted *= 10.0)
      ++decimals;
  }
  return decimals;
}

}  // namespace

void draw_scale(Image& canvas, int x, int y, int width, const DepthRange& range, ColorMap colors) {
  for (int column = 0; column < width; ++column) {
    const float t = (static_cast<float>(column) + 0.5F) / static_cast<float>(width);
    fill_rectangle(canvas, x + column, y, 1, kBar_px, color_at(colors, t));
  }
  constexpr int kPixelsPerTick = 70;
  const std::vector<double> ticks = scale_ticks_m(range, std::max(2, width / kPixelsPerTick));
  const int decimals = decimals_of(ticks);
  for (const double tick_m : ticks) {
    const float share = range.position(static_cast<float>(tick_m));
    const int position = x + static_cast<int>(std::lround(share * static_cast<float>(width - 1)));
    fill_rectangle(canvas, position, y + kBar_px, 1, 5, kNoteColor);
    draw_text(canvas, fmt::format("{:.{}f} m", tick_m, decimals), position,
              y + kBar_px + 9 + kText_px, kText_px - 2, kTitleColor, TextAlign::kCenter);
  }
}

namespace {

void validate(std::span<const PreviewPanel> panels, const DepthRange& range,
              const PreviewOptions& options) {
  for (const PreviewPanel& panel : panels) {
    const bool empty = panel.photo != nullptr ? panel.photo->empty()
                                              : panel.depth == nullptr || panel.depth->empty();
    if (empty) {
      fail(ErrorKind::kInvalidArgument, "cannot preview '{}': it has no pixels", panel.title);
    }
  }
  if (panels.empty() || options.width_px < 300 || options.width_px > 20000) {
    fail(ErrorKind::kInvalidArgument,
         "expected a preview of panels on 300 to 20000 pixels, found {} panels on {} pixels",
         panels.size(), options.width_px);
  }
  range.validate();
}

std::vector<double> linear_ticks_m(const DepthRange& range, int most) {
  const double span = double{range.max_m} - double{range.min_m};
  double step = std::pow(10.0, std::floor(std::log10(span / most)));
  for (const double factor : {2.0, 2.5, 2.0}) {  // 1, 2, 5, 10
    if (std::floor(range.max_m / step) - std::ceil(range.min_m / step) + 1 <= most) break;
    step *= factor;
  }
  std::vector<double> ticks;
  for (double i = std::ceil(range.min_m / step); i * step <= range.max_m; ++i) {
    ticks.push_back(i * step);
  }
  return ticks;
}

std::vector<double> logarithmic_ticks_m(const DepthRange& range, int most) {
  static const std::array<std::vector<double>, 3> kMantissas{
      {{1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0}, {1.0, 2.0, 5.0}, {1.0}}};
  std::vector<double> ticks;
  for (const std::vector<double>& mantissas : kMantissas) {
    ticks.clear();
    for (double decade = std::pow(10.0, std::floor(std::log10(range.min_m))); decade <= range.max_m;
         decade *= 10.0) {
      for (const double mantissa : mantissas) {
        const double tick_m = mantissa * decade;
        if (tick_m >= range.min_m && tick_m <= range.max_m) ticks.push_back(tick_m);
      }
    }
    if (static_cast<int>(ticks.size()) <= most) break;
  }
  return ticks;
}

}  // namespace

DepthRange preview_range(const DepthMap& depth) {
  constexpr float kWideRatio = 6.0F;
  DepthRange range = percentile_range(depth);
  range.logarithmic = range.min_m > 0.0F && range.max_m > kWideRatio * range.min_m;
  return range;
}

std::vector<double> scale_ticks_m(const DepthRange& range, int most) {
  return range.logarithmic ? logarithmic_ticks_m(range, most) : linear_ticks_m(range, most);
}

Image draw_panels(std::span<const PreviewPanel> panels, const DepthRange& range,
                  const PreviewOptions& options) {
  validate(panels, range, options);
  const PreviewPanel& first = panels.front();
  const double aspect = first.photo != nullptr
                            ? static_cast<double>(first.photo->width) / first.photo->height
                            : static_cast<double>(first.depth->width) / first.depth->height;
  const Layout layout = arrange(static_cast<int>(panels.size()), aspect, options.width_px);
  Image canvas(layout.width(), layout.height());
  fill_rectangle(canvas, 0, 0, canvas.width, canvas.height, kBackground);
  for (int i = 0; i < static_cast<int>(panels.size()); ++i) {
    const PreviewPanel& panel = panels[static_cast<std::size_t>(i)];
    const int x = layout.left(i % layout.columns);
    const int y = layout.top(i / layout.columns);
    draw_title(canvas, panel, x, y - 10);
    paste(canvas,
          panel.photo != nullptr ? draw_photo(*panel.photo, layout.panel_width, layout.panel_height)
                                 : draw_depth(*panel.depth, range, options.color_map,
                                              layout.panel_width, layout.panel_height),
          x, y);
  }
  const int scale_left = layout.left(layout.columns > 1 ? 1 : 0);
  draw_scale(canvas, scale_left, layout.height() - kScaleHeight_px,
             layout.width() - kMargin_px - scale_left, range, options.color_map);
  return canvas;
}

Image draw_preview(const Image& photo, const DepthMap& prompt, const DepthMap& depth,
                   const PreviewOptions& options) {
  const std::array<PreviewPanel, 3> panels{PreviewPanel{"Photo", &photo, nullptr},
                                           PreviewPanel{"Prompt", nullptr, &prompt},
                                           PreviewPanel{"Depth", nullptr, &depth}};
  return draw_panels(panels, options.range.value_or(preview_range(depth)), options);
}

}  // namespace promptdepth
