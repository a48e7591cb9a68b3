#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"
#include "promptdepth/tensor/shape.h"

namespace promptdepth {

/// The shape of tensor `name` in `description`. Throws Error(kInvalidData), which names both, when
/// the extents are none of a tensor.
inline Shape checked_shape(std::span<const std::int64_t> extents, std::string_view name,
                           std::string_view description) {
  try {
    return Shape(extents);
  } catch (const Error& error) {
    fail(error.kind(), "{} at tensor {} in {}", error.what(), in_quotes(name), description);
  }
}

}  // namespace promptdepth
