#include "promptdepth/scene/contact_sheet.h"

#include <algorithm>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/image/colormap.h"

namespace promptdepth {
namespace {

void paste(const Image& part, Image& sheet, int left, int top) {
  for (int y = 0; y < part.height; ++y) {
    std::copy_n(part.at(0, y), 3 * part.width, sheet.at(left, top + y));
  }
}

}  // namespace

Image contact_sheet(std::uint64_t first_seed, int columns, int rows, const SceneOptions& options) {
  options.validate();
  if (columns < 1 || rows < 1 || columns > 64 || rows > 64) {
    fail(ErrorKind::kInvalidArgument,
         "a contact sheet has 1 to 64 columns and rows, found {} and {}", columns, rows);
  }
  Image sheet(columns * options.width, 2 * rows * options.height);
  parallel_for(std::int64_t{columns} * rows, [&](std::int64_t i) {
    const RenderedFrame frame = render_scene(first_seed + static_cast<std::uint64_t>(i), options);
    const DepthRange range = percentile_range(frame.depth);
    const int left = static_cast<int>(i % columns) * options.width;
    const int top = 2 * static_cast<int>(i / columns) * options.height;
    paste(frame.image, sheet, left, top);
    paste(colorize_depth(frame.depth, range.min_m, range.max_m), sheet, left, top + options.height);
  });
  return sheet;
}

}  // namespace promptdepth
