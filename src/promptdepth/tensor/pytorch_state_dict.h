#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "promptdepth/tensor/pickle.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// Element types of PyTorch's storages that can be read.
enum class StorageType : std::uint8_t { kF32, kF16, kBF16, kF64, kU8, kBool, kI32, kI64 };

std::size_t size_of(StorageType type);

/// The type that a tensor of such a storage is read as: kF64 is rounded to f32, kBool becomes u8.
DType dtype_of(StorageType type);

/// A tensor as a checkpoint describes it: a strided view of a storage that lies elsewhere.
struct StoredTensor {
  TensorInfo info;
  StorageType type = StorageType::kF32;
  std::string_view
      storage_key;  ///< Name of the file that holds the storage; points into the pickle.
  std::int64_t storage_elements = 0;
  std::int64_t offset = 0;  ///< In elements, as the strides.
  std::vector<std::int64_t> strides;
};

/// The tensors of a checkpoint's pickle in ascending order of name. They are those of the dict
/// under the key "state_dict", else of that under "model", else of the outermost dict. Plain values
/// in it (numbers, text, lists, dicts, None) are left out; an object that is no tensor is refused
/// by its name, wherever else one stands it does not matter. Every tensor lies inside its storage
/// and has no more elements than it. Throws Error(kInvalidData) or Error(kUnsupported).
std::vector<StoredTensor> find_tensors(const Pickle& pickle, std::string_view description);

}  // namespace promptdepth
