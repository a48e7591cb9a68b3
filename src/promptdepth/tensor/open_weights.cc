#include <algorithm>
#include <array>
#include <cstdint>

#include "promptdepth/base/error.h"
#include "promptdepth/base/mapped_file.h"
#include "promptdepth/tensor/pytorch_checkpoint.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {
namespace {

constexpr std::array<std::uint8_t, 4> kZipMagic = {'P', 'K', 3, 4};

/// PROTO 2, LONG1 of ten bytes, 0x1950a86a20f9469cfc6c: what torch.save wrote first before 1.6.
constexpr std::array<std::uint8_t, 14> kLegacyMagic = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c,
                                                       0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

bool starts_with(std::span<const std::byte> content, std::span<const std::uint8_t> magic) {
  return content.size() >= magic.size() &&
         std::ranges::equal(content.first(magic.size()), std::as_bytes(magic));
}

/// The JSON header follows its length.
bool looks_like_safetensors(std::span<const std::byte> content) {
  return content.size() > 8 && content[8] == std::byte{'{'};
}

}  // namespace

std::unique_ptr<WeightFile> open_weights(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  if (starts_with(file->bytes(), kZipMagic)) return open_pytorch_checkpoint(path);
  if (looks_like_safetensors(file->bytes())) return open_safetensors(path);
  if (starts_with(file->bytes(), kLegacyMagic)) {
    fail(ErrorKind::kUnsupported,
         "'{}' is a PyTorch checkpoint in the legacy non-zip format; load it with PyTorch 1.6 or "
         "newer and save it again",
         path.string());
  }
  fail(ErrorKind::kInvalidData,
       "expected a safetensors file or a PyTorch checkpoint, found neither in '{}'", path.string());
}

}  // namespace promptdepth
