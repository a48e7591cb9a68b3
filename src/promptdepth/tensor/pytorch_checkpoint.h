#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// A checkpoint as torch.save writes it since PyTorch 1.6 (.ckpt, .pth, .pt): a zip archive of a
/// pickle that describes the tensors and a file per storage. The pickle is read as data: nothing in
/// it is ever imported or called. Which tensors are found and what is refused: find_tensors() in
/// pytorch_state_dict.h. Transposed and sliced tensors are made contiguous, float64 is rounded to
/// f32, bool becomes u8.

/// Maps the file; a tensor's bytes are read when its elements are. Contiguous tensors of stored
/// (not compressed) archives lie in the mapping, which gives a tensor's memory back when its last
/// copy goes. The file must not be cut short while in use. Throws Error(kIo) when it cannot be
/// mapped, Error(kInvalidData) when it is damaged or no checkpoint, Error(kUnsupported) for what is
/// refused: unknown objects among the tensors, other storages, big-endian files, TorchScript.
std::unique_ptr<WeightFile> open_pytorch_checkpoint(const std::filesystem::path& path);

/// The same for a buffer, which must outlive the catalogue and its tensors. `description` says in
/// messages what it is.
std::unique_ptr<WeightFile> open_pytorch_checkpoint(std::span<const std::byte> content,
                                                    std::string description);

}  // namespace promptdepth
