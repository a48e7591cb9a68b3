#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// A catalogue filled by hand: what training writes and what tests read. add() must not run while
/// another thread uses the catalogue.
class MemoryWeights final : public WeightFile {
 public:
  explicit MemoryWeights(std::string description = "weights in memory",
                         std::map<std::string, std::string> metadata = {});

  /// Throws Error(kInvalidArgument) when there is a tensor of that name already.
  void add(std::string name, HostTensor tensor);

  const std::vector<TensorInfo>& tensors() const override { return infos_; }
  HostTensor read(std::string_view name) const override;
  const std::map<std::string, std::string>& metadata() const override { return metadata_; }
  std::string description() const override { return description_; }

 private:
  std::string description_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorInfo> infos_;
  std::vector<HostTensor> values_;  ///< In the order of infos_.
};

}  // namespace promptdepth
