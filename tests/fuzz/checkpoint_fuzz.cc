// A whole zip archive: its directory, its members, compressed or not.
#include "harness.h"
#include "promptdepth/tensor/pytorch_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    promptdepth::fuzz::read_all(*promptdepth::open_pytorch_checkpoint(bytes, "the input"));
  });
}
