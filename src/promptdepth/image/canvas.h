#pragma once

#include <string>

#include "promptdepth/image/colormap.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

/// Where a text's anchor lies.
enum class TextAlign { kLeft, kCenter, kRight };

// Drawing in place; whatever reaches beyond the canvas is cut off.

void fill_rectangle(Image& canvas, int x, int y, int width, int height, const Rgb& color);

/// Copies `picture` with its top left pixel at (x, y).
void paste(Image& canvas, const Image& picture, int x, int y);

/// Anti-aliased text with capitals `height_px` high whose base line is at `y`. ASCII only.
void draw_text(Image& canvas, const std::string& text, int x, int y, int height_px,
               const Rgb& color, TextAlign align = TextAlign::kLeft);

int text_width(const std::string& text, int height_px);

}  // namespace promptdepth
