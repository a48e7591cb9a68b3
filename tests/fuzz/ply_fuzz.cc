#include "harness.h"
#include "promptdepth/geometry/ply_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    static_cast<void>(promptdepth::decode_ply(bytes, "the input"));
  });
}
