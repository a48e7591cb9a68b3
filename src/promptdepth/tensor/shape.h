#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace promptdepth {

/// The extents of a dense row-major tensor of rank 0 to kMaxRank. A value type that never
/// allocates.
class Shape {
 public:
  static constexpr std::size_t kMaxRank = 6;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> extents);
  /// Throws Error(kInvalidData) when the rank is above kMaxRank or an extent is not of 0 to 2^40.
  explicit Shape(std::span<const std::int64_t> extents);

  std::size_t rank() const { return rank_; }
  std::int64_t operator[](std::size_t axis) const { return extents_[axis]; }
  std::span<const std::int64_t> extents() const { return {extents_.data(), rank_}; }

  /// Product of the extents; 1 for rank 0. Throws Error(kInvalidData) when it does not fit into 63
  /// bits.
  std::int64_t element_count() const;

  /// "[1, 1370, 384]".
  std::string to_string() const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  std::array<std::int64_t, kMaxRank> extents_{};
  std::size_t rank_ = 0;
};

}  // namespace promptdepth
