#pragma once

#include <cstdint>

#include "promptdepth/tensor/dtype.h"

namespace promptdepth::cpu {

/// Where elements of float32 or bfloat16 lie.
struct Values {
  void* data = nullptr;
  DType dtype = DType::kF32;

  Values offset_by(std::int64_t elements) const {
    return {static_cast<char*>(data) + elements * static_cast<std::int64_t>(size_of(dtype)), dtype};
  }
};

struct ConstValues {
  const void* data = nullptr;
  DType dtype = DType::kF32;

  ConstValues() = default;
  ConstValues(const void* address, DType type) : data(address), dtype(type) {}
  ConstValues(Values values) : data(values.data), dtype(values.dtype) {}  // NOLINT: a plain view

  ConstValues offset_by(std::int64_t elements) const {
    return {static_cast<const char*>(data) + elements * static_cast<std::int64_t>(size_of(dtype)),
            dtype};
  }
};

/// Calls body(typed pointer) with `values.data` as a pointer to its element type.
template <typename Body>
void with_elements(Values values, const Body& body) {
  if (values.dtype == DType::kF32) {
    body(static_cast<float*>(values.data));
  } else {
    body(static_cast<BFloat16*>(values.data));
  }
}

template <typename Body>
void with_elements(ConstValues values, const Body& body) {
  if (values.dtype == DType::kF32) {
    body(static_cast<const float*>(values.data));
  } else {
    body(static_cast<const BFloat16*>(values.data));
  }
}

}  // namespace promptdepth::cpu
