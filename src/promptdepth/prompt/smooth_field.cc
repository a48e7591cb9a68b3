#include "promptdepth/prompt/smooth_field.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// A cell and the smoothstep of the position in it.
struct Place {
  int cell;
  float t;
};

Place place(float u, int cells) {
  const float position = std::clamp(u, 0.0F, 1.0F) * static_cast<float>(cells);
  const int cell = std::min(static_cast<int>(position), cells - 1);
  const float t = position - static_cast<float>(cell);
  return {cell, t * t * (3 - 2 * t)};
}

}  // namespace

SmoothField::SmoothField(int columns, int rows, Random& random) : columns_(columns), rows_(rows) {
  PD_CHECK(columns >= 1 && rows >= 1);
  corners_.resize((static_cast<std::size_t>(columns) + 1) * (static_cast<std::size_t>(rows) + 1));
  for (float& value : corners_) value = random.uniform(-1, 1);
}

float SmoothField::at(float u, float v) const {
  const Place x = place(u, columns_);
  const Place y = place(v, rows_);
  const float top = std::lerp(corner(x.cell, y.cell), corner(x.cell + 1, y.cell), x.t);
  const float bottom = std::lerp(corner(x.cell, y.cell + 1), corner(x.cell + 1, y.cell + 1), x.t);
  return std::lerp(top, bottom, y.t);
}

}  // namespace promptdepth
