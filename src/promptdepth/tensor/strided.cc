#include "promptdepth/tensor/strided.h"

#include <array>
#include <cstring>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

template <std::size_t kBytes>
void copy_row(const std::byte* source, std::int64_t stride, std::int64_t count, std::byte* out) {
  constexpr auto kStep = static_cast<std::int64_t>(kBytes);
  for (std::int64_t i = 0; i < count; ++i) {
    std::memcpy(out + i * kStep, source + i * stride * kStep, kBytes);
  }
}

void copy_row(std::size_t element_bytes, const std::byte* source, std::int64_t stride,
              std::int64_t count, std::byte* out) {
  switch (element_bytes) {
    case 1:
      return copy_row<1>(source, stride, count, out);
    case 2:
      return copy_row<2>(source, stride, count, out);
    case 4:
      return copy_row<4>(source, stride, count, out);
    default:
      PD_CHECK(element_bytes == 8);
      return copy_row<8>(source, stride, count, out);
  }
}

}  // namespace

bool is_row_major(const Shape& shape, std::span<const std::int64_t> strides) {
  if (shape.element_count() == 0) return true;
  std::int64_t expected = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    if (shape[axis] > 1 && strides[axis] != expected) return false;
    expected *= shape[axis];
  }
  return true;
}

void copy_strided(const std::byte* source, std::size_t element_bytes, const Shape& shape,
                  std::span<const std::int64_t> strides, std::byte* out) {
  const std::int64_t count = shape.element_count();
  const std::size_t outer_axes = shape.rank() == 0 ? 0 : shape.rank() - 1;
  const std::int64_t row = shape.rank() == 0 ? 1 : shape[outer_axes];
  const std::int64_t row_stride = shape.rank() == 0 ? 1 : strides[outer_axes];
  const auto step = static_cast<std::int64_t>(element_bytes);
  std::array<std::int64_t, Shape::kMaxRank> index{};
  std::int64_t offset = 0;
  for (std::int64_t done = 0; done < count; done += row) {
    copy_row(element_bytes, source + offset * step, row_stride, row, out + done * step);
    for (std::size_t axis = outer_axes; axis-- > 0;) {
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace promptdepth
