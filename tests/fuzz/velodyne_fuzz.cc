#include "harness.h"
#include "promptdepth/capture/velodyne.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    promptdepth::decode_velodyne(bytes, "the input");
  });
}
