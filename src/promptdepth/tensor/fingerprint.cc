#include "promptdepth/tensor/fingerprint.h"

#include <span>
#include <string>

#include <fmt/format.h>
#include <zlib.h>

namespace promptdepth {
namespace {

std::uint32_t extended(std::uint32_t crc, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::uint32_t fingerprint(const WeightFile& weights) {
  std::uint32_t crc = 0;
  for (const TensorInfo& info : weights.tensors()) {
    const std::string text = fmt::format("{}\n{}\n{}\n", info.name, static_cast<int>(info.dtype),
                                         info.shape.to_string());
    crc = extended(crc, std::as_bytes(std::span(text)));
    crc = extended(crc, weights.read(info.name).bytes());
  }
  return crc;
}

}  // namespace promptdepth
