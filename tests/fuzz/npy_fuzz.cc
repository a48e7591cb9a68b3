#include "harness.h"
#include "promptdepth/image/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    if (!bytes.empty() && bytes[0] == std::byte{'P'}) {
      promptdepth::read_npz(bytes, "depth", "the input");
    } else {
      promptdepth::read_npy(bytes, "the input");
    }
  });
}
