#include "promptdepth/network/layer_reader.h"

namespace promptdepth {

HostTensor LayerReader::bias_of(const std::string& name) const {
  const std::string bias = name + ".bias";
  return weights_.find(bias) == nullptr ? HostTensor() : weights_.read(bias);
}

LinearPtr LayerReader::linear(const std::string& name) const {
  return backend_.prepare(
      LinearWeights{.name = name, .weight = weight_of(name), .bias = bias_of(name)});
}

LinearPtr LayerReader::scaled_linear(const std::string& name, const std::string& scale_name) const {
  return backend_.prepare(LinearWeights{.name = name,
                                        .weight = weight_of(name),
                                        .bias = bias_of(name),
                                        .scale_name = scale_name,
                                        .scale = weights_.read(scale_name)});
}

LayerNormPtr LayerReader::layer_norm(const std::string& name) const {
  return backend_.prepare(
      LayerNormWeights{.name = name, .weight = weight_of(name), .bias = bias_of(name)});
}

Conv2dPtr LayerReader::conv2d(const std::string& name, int stride) const {
  HostTensor weight = weight_of(name);
  const int padding = static_cast<int>(weight.shape()[2] / 2);
  return backend_.prepare(Conv2dWeights{.name = name,
                                        .weight = std::move(weight),
                                        .bias = bias_of(name),
                                        .stride = stride,
                                        .padding = padding});
}

ConvTranspose2dPtr LayerReader::conv_transpose2d(const std::string& name) const {
  return backend_.prepare(
      ConvTranspose2dWeights{.name = name, .weight = weight_of(name), .bias = bias_of(name)});
}

PatchEmbedPtr LayerReader::patch_embed(const std::string& name) const {
  return backend_.prepare(
      PatchEmbedWeights{.name = name, .weight = weight_of(name), .bias = bias_of(name)});
}

PositionEmbeddingPtr LayerReader::position_embedding(const std::string& class_token_name,
                                                     const std::string& position_name,
                                                     PositionConvention convention) const {
  return backend_.prepare(PositionEmbeddingWeights{.class_token_name = class_token_name,
                                                   .class_token = weights_.read(class_token_name),
                                                   .position_name = position_name,
                                                   .position = weights_.read(position_name),
                                                   .convention = convention});
}

}  // namespace promptdepth
