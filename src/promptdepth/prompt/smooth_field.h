#pragma once

#include <vector>

#include "promptdepth/base/random.h"

namespace promptdepth {

/// A smooth random function over the unit square (value noise): independent uniform values in
/// [-1, 1] at the corners of a grid of cells, interpolated with continuous slope between them.
class SmoothField {
 public:
  /// At least one cell each way. Takes (columns + 1) · (rows + 1) numbers from `random`.
  SmoothField(int columns, int rows, Random& random);

  /// In [-1, 1]; u and v are clamped to [0, 1].
  float at(float u, float v) const;

 private:
  float corner(int column, int row) const {
    return corners_[static_cast<std::size_t>(row) * (static_cast<std::size_t>(columns_) + 1) +
                    static_cast<std::size_t>(column)];
  }

  int columns_;
  int rows_;
  std::vector<float> corners_;
};

}  // namespace promptdepth
