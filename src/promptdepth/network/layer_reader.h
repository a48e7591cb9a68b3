#pragma once

#include <string>

#include "promptdepth/backend/backend.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// Reads the tensors of one layer after another and has a backend prepare them, so that at most one
/// layer is in memory twice. Names are paths in the official naming without ".weight" and ".bias".
class LayerReader {
 public:
  LayerReader(const WeightFile& weights, Backend& backend) : weights_(weights), backend_(backend) {}

  LinearPtr linear(const std::string& name) const;
  /// With a layer scale: the tensor `scale_name` holds γ.
  LinearPtr scaled_linear(const std::string& name, const std::string& scale_name) const;
  LayerNormPtr layer_norm(const std::string& name) const;
  Conv2dPtr conv2d(const std::string& name, int stride = 1) const;
  ConvTranspose2dPtr conv_transpose2d(const std::string& name) const;
  PatchEmbedPtr patch_embed(const std::string& name) const;
  PositionEmbeddingPtr position_embedding(const std::string& class_token_name,
                                          const std::string& position_name,
                                          PositionConvention convention) const;

 private:
  HostTensor weight_of(const std::string& name) const { return weights_.read(name + ".weight"); }
  /// Empty when the layer has none.
  HostTensor bias_of(const std::string& name) const;

  const WeightFile& weights_;
  Backend& backend_;
};

}  // namespace promptdepth
