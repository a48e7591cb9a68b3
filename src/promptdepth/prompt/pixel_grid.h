#pragma once

#include <cstdint>

namespace promptdepth {

/// The pixel of `source_size` nearest to pixel `i` of `size` when both span the same field of view.
inline int nearest_pixel(int i, int size, int source_size) {
  return static_cast<int>((2 * std::int64_t{i} + 1) * source_size / (2 * std::int64_t{size}));
}

}  // namespace promptdepth
