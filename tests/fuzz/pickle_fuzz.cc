// A bare pickle, put into an archive whose checksums are right, beside storages that its tensors
// may view.
#include "harness.h"
#include "promptdepth/tensor/pytorch_checkpoint.h"
#include "stored_zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    const std::string pickle(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::string archive = promptdepth::fuzz::stored_zip(
        {{"a/data.pkl", pickle}, {"a/data/0", std::string(64, '?')}, {"a/data/1", "12345678"}});
    promptdepth::fuzz::read_all(
        *promptdepth::open_pytorch_checkpoint(std::as_bytes(std::span(archive)), "the input"));
  });
}
