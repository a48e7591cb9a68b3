#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// The safetensors format (github.com/huggingface/safetensors): the length of a JSON header as
/// eight little-endian bytes, the header, the tensors' bytes without gaps. Read strictly: dtypes
/// F32, F16, BF16, I64, I32 and U8, at most Shape::kMaxRank axes, data that fill the file exactly.

/// Maps the file; nothing but the header is read until a tensor's elements are, and the memory of a
/// tensor is given back when its last copy goes. The file must not be cut short while in use.
/// Throws Error(kIo) when it cannot be mapped, Error(kInvalidData) when it is damaged or no
/// safetensors file, Error(kUnsupported) for other dtypes.
std::unique_ptr<WeightFile> open_safetensors(const std::filesystem::path& path);

/// The same for a buffer, which must outlive the catalogue and its tensors. `description` says in
/// messages what it is.
std::unique_ptr<WeightFile> open_safetensors(std::span<const std::byte> content,
                                             std::string description);

/// Writes all tensors of `source` one at a time, so that memory is needed for one; the file appears
/// at once when it is complete. With a `dtype` (f32, f16 or bf16) the floating-point tensors are
/// rounded to it; integer tensors keep their own. Throws Error(kIo) when it cannot be written, and
/// what reading `source` throws.
void save_safetensors(const std::filesystem::path& path, const WeightFile& source,
                      std::optional<DType> dtype = std::nullopt,
                      const std::map<std::string, std::string>& metadata = {});

}  // namespace promptdepth
