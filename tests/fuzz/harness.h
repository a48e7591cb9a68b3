#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth::fuzz {

/// Calls parse(bytes), which may refuse its input with any Error but that of a programmer's
/// mistake.
template <typename Parse>
int run(const std::uint8_t* data, std::size_t size, const Parse& parse) {
  try {
    parse(std::as_bytes(std::span(data, size)));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInternal) std::abort();
  }
  return 0;
}

/// Reads every byte of every tensor.
inline void read_all(const WeightFile& file) {
  volatile unsigned sum = 0;
  for (const TensorInfo& info : file.tensors()) {
    const HostTensor tensor = file.read(info.name);
    for (const std::byte byte : tensor.bytes()) sum = sum + std::to_integer<unsigned>(byte);
    if (is_floating(tensor.dtype())) static_cast<void>(tensor.to_floats());
  }
}

}  // namespace promptdepth::fuzz
