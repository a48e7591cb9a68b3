#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "promptdepth/tensor/dtype.h"
#include "promptdepth/tensor/shape.h"

namespace promptdepth {

/// Bytes of a tensor. Throws Error(kInvalidData) when they do not fit into 63 bits.
std::size_t byte_count(DType dtype, const Shape& shape);

/// An immutable dense row-major tensor in host memory. Copies share the storage. The storage may
/// belong to a mapped file (whose pages are given back when the last copy goes) and need not be
/// aligned to more than a byte: read the elements through to_floats().
class HostTensor {
 public:
  HostTensor() = default;
  /// `data` keeps the storage alive and points to shape.element_count() elements. Throws
  /// Error(kInvalidData) when their bytes do not fit into 63 bits.
  HostTensor(DType dtype, Shape shape, std::shared_ptr<const std::byte> data);

  /// Takes over shape.element_count() values.
  static HostTensor from_floats(Shape shape, std::vector<float> values);
  static HostTensor filled(Shape shape, float value);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t element_count() const { return shape_.element_count(); }
  std::span<const std::byte> bytes() const;
  bool empty() const { return data_ == nullptr; }

  /// The elements converted to float32. Throws Error(kInvalidData) for integer tensors.
  std::vector<float> to_floats() const;

  /// The same, into memory of the caller's for element_count() values.
  void copy_floats(std::span<float> out) const;

  /// The same elements under another shape with as many elements.
  HostTensor reshaped(Shape shape) const;

 private:
  DType dtype_ = DType::kF32;
  Shape shape_;
  std::shared_ptr<const std::byte> data_;
};

/// Rounds to nearest even in `dtype` (f32, f16 or bf16). A tensor that has this type already is
/// shared, not copied. Throws Error(kInvalidData) for integer tensors.
HostTensor convert(const HostTensor& tensor, DType dtype);

}  // namespace promptdepth
