#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "promptdepth/base/mapped_file.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// A tensor whose elements stay where they are in `file`, which gives their memory back when the
/// last copy goes. Without a file somebody else owns the bytes and outlives the tensor.
inline HostTensor tensor_in_place(std::shared_ptr<const MappedFile> file, const TensorInfo& info,
                                  std::span<const std::byte> bytes) {
  const auto release = [owner = std::move(file), bytes](const std::byte*) {
    if (owner != nullptr) owner->discard(bytes);
  };
  return {info.dtype, info.shape, std::shared_ptr<const std::byte>(bytes.data(), release)};
}

}  // namespace promptdepth
