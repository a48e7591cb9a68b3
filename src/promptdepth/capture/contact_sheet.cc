#include "promptdepth/capture/contact_sheet.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/image/canvas.h"
#include "promptdepth/image/preview.h"

namespace promptdepth {
namespace {

constexpr Rgb kBackground{0.09F, 0.09F, 0.10F};
constexpr Rgb kNameColor{0.85F, 0.85F, 0.85F};
constexpr int kWidth_px = 1500;
constexpr int kMargin_px = 12;
constexpr int kText_px = 11;
constexpr int kName_px = 24;
constexpr int kPhoto_px = 720;  // More than any cell is wide.
constexpr ColorMap kColors = ColorMap::kSpectral;

SheetFrame to_sheet(Frame frame) {
  const int longer = std::max(frame.image.width, frame.image.height);
  const double shrink = std::min(1.0, static_cast<double>(kPhoto_px) / longer);
  const auto side = [&](int px) { return std::max(1, static_cast<int>(std::lround(shrink * px))); };
  Image photo = draw_photo(frame.image, side(frame.image.width), side(frame.image.height));
  return {.name = std::move(frame.name),
          .photo = apply_orientation(std::move(photo), frame.upright),
          .depth = apply_orientation(std::move(frame.prompt), frame.upright)};
}

/// The colours' range over all frames together.
DepthRange common_range(std::span<const SheetFrame> frames) {
  DepthMap all;
  for (const SheetFrame& frame : frames) {
    all.values.insert(all.values.end(), frame.depth.values.begin(), frame.depth.values.end());
  }
  all.width = static_cast<int>(all.values.size());
  all.height = 1;
  return preview_range(all);
}

struct Grid {
  int columns = 1;
  int rows = 1;
  int cell_width = 1;
  int picture_height = 1;

  int left(int i) const { return kMargin_px + i % columns * (cell_width + kMargin_px); }
  int top(int i) const { return i / columns * cell_height(); }
  int cell_height() const { return kName_px + 2 * picture_height + 2 * kMargin_px; }
};

Grid arrange(std::span<const SheetFrame> frames) {
  const Image& photo = frames.front().photo;
  const double aspect = static_cast<double>(photo.width) / photo.height;
  const int most = aspect < 1 ? 6 : aspect > 2 ? 2 : 4;
  const int count = static_cast<int>(frames.size());
  Grid grid{.columns = std::min(most, count)};
  grid.rows = (count + grid.columns - 1) / grid.columns;
  grid.cell_width = (kWidth_px - kMargin_px * (most + 1)) / most;
  grid.picture_height = std::max(1, static_cast<int>(std::lround(grid.cell_width / aspect)));
  return grid;
}

}  // namespace

std::vector<SheetFrame> sheet_frames(const Capture& capture, std::size_t count,
                                     const ProgressCallback& progress) {
  PD_CHECK(count > 0);
  // The middles of `count` equal parts.
  const std::size_t step = std::max<std::size_t>(1, capture.size() / count);
  const auto stream = capture.stream({.first = (step - 1) / 2, .step = step});
  std::vector<SheetFrame> frames;
  while (frames.size() < count) {
    auto frame = stream->next();
    if (!frame) break;
    frames.push_back(to_sheet(std::move(*frame)));
    if (progress) {
      progress(static_cast<std::int64_t>(frames.size()), static_cast<std::int64_t>(count), "");
    }
  }
  return frames;
}

Image draw_recording_sheet(std::span<const SheetFrame> frames) {
  if (frames.empty()) {
    fail(ErrorKind::kInvalidArgument, "expected frames for a contact sheet, found none");
  }
  const Grid grid = arrange(frames);
  const DepthRange range = common_range(frames);
  const int width = grid.columns * (grid.cell_width + kMargin_px) + kMargin_px;
  const int bottom = grid.rows * grid.cell_height();
  Image sheet(width, bottom + kScaleHeight_px);
  fill_rectangle(sheet, 0, 0, sheet.width, sheet.height, kBackground);
  for (int i = 0; i < static_cast<int>(frames.size()); ++i) {
    const SheetFrame& frame = frames[static_cast<std::size_t>(i)];
    const int x = grid.left(i);
    const int y = grid.top(i) + kName_px;
    draw_text(sheet, frame.name, x, y - 7, kText_px, kNameColor);
    paste(sheet, draw_photo(frame.photo, grid.cell_width, grid.picture_height), x, y);
    paste(sheet, draw_depth(frame.depth, range, kColors, grid.cell_width, grid.picture_height), x,
          y + grid.picture_height + 4);
  }
  draw_scale(sheet, kMargin_px, bottom, width - 2 * kMargin_px, range, kColors);
  return sheet;
}

}  // namespace promptdepth
