#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/tensor/host_tensor.h"

namespace promptdepth {

struct TensorInfo {
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;
};

/// Bytes of a tensor listed in `description`. Throws Error(kInvalidData) when they do not fit into
/// 63 bits.
std::size_t checked_byte_count(const TensorInfo& info, std::string_view description);

/// A read-only catalogue of named tensors: a file, a buffer, a rule, or a renaming of another
/// catalogue. Thread-safe: all members may be called from several threads at once.
class WeightFile {
 public:
  virtual ~WeightFile() = default;

  /// In ascending order of name; names are unique.
  virtual const std::vector<TensorInfo>& tensors() const = 0;

  /// Throws Error(kInvalidData) when there is no tensor of that name.
  virtual HostTensor read(std::string_view name) const = 0;

  /// Free-form key-value pairs stored beside the tensors; empty for formats that have none.
  virtual const std::map<std::string, std::string>& metadata() const;

  /// What it is and where it comes from, for messages: "'model.safetensors'", "the embedded default
  /// model".
  virtual std::string description() const = 0;

  /// Says that all tensors will be read soon: a file may be fetched from its disk meanwhile.
  virtual void read_ahead() const {}

  /// nullptr when there is no tensor of that name.
  const TensorInfo* find(std::string_view name) const;

 protected:
  /// Position in tensors(). Throws Error(kInvalidData) when there is no tensor of that name.
  std::size_t index_of(std::string_view name) const;
};

/// Opens a weight file of any supported format, recognised by its first bytes: safetensors, or a
/// PyTorch checkpoint. Throws Error(kIo) when it cannot be read, Error(kInvalidData) when it is
/// neither or is damaged, Error(kUnsupported) for constructs that are refused by name (such as a
/// pickle that calls a function, or the legacy non-zip format that
/// torch.save wrote before PyTorch 1.6).
std::unique_ptr<WeightFile> open_weights(const std::filesystem::path& path);

}  // namespace promptdepth
