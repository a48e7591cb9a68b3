#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "promptdepth/tensor/shape.h"

namespace promptdepth {

/// Whether elements at these strides (in elements, one per axis) lie densely in row-major order.
/// The stride of an axis of extent 1 does not matter.
bool is_row_major(const Shape& shape, std::span<const std::int64_t> strides);

/// Copies a strided view of elements of 1, 2, 4 or 8 bytes to `out` in row-major order. `source` is
/// the view's first element; the caller has checked that the view lies inside its memory.
void copy_strided(const std::byte* source, std::size_t element_bytes, const Shape& shape,
                  std::span<const std::int64_t> strides, std::byte* out);

}  // namespace promptdepth
