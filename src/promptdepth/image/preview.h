#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "promptdepth/image/colormap.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

struct PreviewOptions {
  int width_px = 1500;  ///< Of the whole picture, at least 300.
  ColorMap color_map = ColorMap::kSpectral;
  std::optional<DepthRange> range = std::nullopt;  ///< Of the colours; unset: preview_range(depth).
};

/// One picture of a preview: a photo or a depth map, all of the same field of view. Neither is
/// owned.
struct PreviewPanel {
  std::string title;  ///< ASCII.
  const Image* photo = nullptr;
  const DepthMap* depth = nullptr;
};

/// Photo, prompt and depth side by side (one below the other where the photo is wider than 2:1),
/// each with its title and size, prompt and depth in the same colours, and a scale bar in metres. A
/// map with fewer pixels than its panel shows them as blocks; one with few measured pixels as dots.
/// Throws Error(kInvalidArgument) when a picture is empty or an option is out of range.
Image draw_preview(const Image& photo, const DepthMap& prompt, const DepthMap& depth,
                   const PreviewOptions& options = {});

/// The same of any one or more panels. `range` gives the colours of all depth maps.
Image draw_panels(std::span<const PreviewPanel> panels, const DepthRange& range,
                  const PreviewOptions& options = {});

// The parts of a preview, for pictures that arrange them otherwise.

/// A photo at a panel's size.
Image draw_photo(const Image& photo, int width, int height);

/// A depth map at a panel's size: blocks, or dots where few pixels are measured.
Image draw_depth(const DepthMap& map, const DepthRange& range, ColorMap colors, int width,
                 int height);

/// The height of draw_scale()'s bar with its figures.
inline constexpr int kScaleHeight_px = 60;

/// A bar of the colours with depths below it, its top left corner at (x, y).
void draw_scale(Image& canvas, int x, int y, int width, const DepthRange& range, ColorMap colors);

/// The percentiles 2 and 98 of the measured depths; logarithmic where they span more than a factor
/// of 6, as outdoors, so that what is near does not drown in one colour.
DepthRange preview_range(const DepthMap& depth);

/// Round numbers inside the range, at most `most` of them (at least 2): a multiple of 1, 2 or 5
/// times a power of ten, or on a logarithmic scale such numbers themselves.
std::vector<double> scale_ticks_m(const DepthRange& range, int most);

}  // namespace promptdepth
