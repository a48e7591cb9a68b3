#include "harness.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    static_cast<void>(
        promptdepth::inspect_model(*promptdepth::open_safetensors(bytes, "the input")));
  });
}
