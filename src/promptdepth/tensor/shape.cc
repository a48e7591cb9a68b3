#include "promptdepth/tensor/shape.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// So that a small multiple of an extent, or the square of its root, never overflows.
constexpr std::int64_t kMaxExtent = std::int64_t{1} << 40;

}  // namespace

Shape::Shape(std::initializer_list<std::int64_t> extents)
    : Shape(std::span<const std::int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const std::int64_t> extents) : rank_(extents.size()) {
  if (extents.size() > kMaxRank) {
    fail(ErrorKind::kInvalidData, "expected a tensor of at most {} axes, found {}", kMaxRank,
         extents.size());
  }
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    if (extents[axis] < 0 || extents[axis] > kMaxExtent) {
      fail(ErrorKind::kInvalidData, "expected extents of 0 to {}, found {} on axis {}", kMaxExtent,
           extents[axis], axis);
    }
    extents_[axis] = extents[axis];
  }
}

std::int64_t Shape::element_count() const {
  if (std::ranges::find(extents(), 0) != extents().end()) return 0;
  std::int64_t count = 1;
  for (const std::int64_t extent : extents()) {
    if (__builtin_mul_overflow(count, extent, &count)) {
      fail(ErrorKind::kInvalidData, "expected a tensor of fewer than 2^63 elements, found shape {}",
           to_string());
    }
  }
  return count;
}

std::string Shape::to_string() const { return fmt::format("[{}]", fmt::join(extents(), ", ")); }

bool operator==(const Shape& a, const Shape& b) {
  return std::ranges::equal(a.extents(), b.extents());
}

}  // namespace promptdepth
