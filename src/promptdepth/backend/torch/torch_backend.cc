#include "promptdepth/backend/torch/torch_backend.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include "promptdepth/backend/torch/torch_layers.h"
#include "promptdepth/backend/torch/torch_session.h"
#include "promptdepth/base/error.h"

namespace promptdepth {

using namespace torch_backend;

at::Tensor TorchBackend::own(const std::string& name, const HostTensor& values) {
  if (values.empty()) return {};
  const std::span<const std::int64_t> extents = values.shape().extents();
  at::Tensor parameter = at::empty(at::IntArrayRef(extents.data(), extents.size()), at::kFloat);
  values.copy_floats(
      {parameter.data_ptr<float>(), static_cast<std::size_t>(values.element_count())});
  parameter.set_requires_grad(options_.trainable);
  const std::lock_guard lock(mutex_);
  parameters_.emplace_back(name, parameter);
  return parameter;
}

LinearPtr TorchBackend::prepare(const LinearWeights& weights) {
  check(weights);
  auto layer = std::make_shared<TorchLinear>();
  layer->weight = own(weights.name + ".weight", weights.weight);
  layer->bias = own(weights.name + ".bias", weights.bias);
  layer->scale = own(weights.scale_name, weights.scale);
  return layer;
}

LayerNormPtr TorchBackend::prepare(const LayerNormWeights& weights) {
  check(weights);
  auto layer = std::make_shared<TorchLayerNorm>();
  layer->weight = own(weights.name + ".weight", weights.weight);
  layer->bias = own(weights.name + ".bias", weights.bias);
  layer->epsilon = weights.epsilon;
  return layer;
}

Conv2dPtr TorchBackend::prepare(const Conv2dWeights& weights) {
  check(weights);
  auto layer = std::make_shared<TorchConv2d>();
  layer->weight = own(weights.name + ".weight", weights.weight);
  layer->bias = own(weights.name + ".bias", weights.bias);
  layer->stride = weights.stride;
  layer->padding = weights.padding;
  return layer;
}

ConvTranspose2dPtr TorchBackend::prepare(const ConvTranspose2dWeights& weights) {
  check(weights);
  auto layer = std::make_shared<TorchConvTranspose2d>();
  layer->weight = own(weights.name + ".weight", weights.weight);
  layer->bias = own(weights.name + ".bias", weights.bias);
  return layer;
}

PatchEmbedPtr TorchBackend::prepare(const PatchEmbedWeights& weights) {
  check(weights);
  auto layer = std::make_shared<TorchPatchEmbed>();
  layer->weight = own(weights.name + ".weight", weights.weight);
  layer->bias = own(weights.name + ".bias", weights.bias);
  layer->mean = at::tensor(at::ArrayRef<float>(weights.mean, 3)).view({3, 1, 1});
  layer->std = at::tensor(at::ArrayRef<float>(weights.std, 3)).view({3, 1, 1});
  return layer;
}

PositionEmbeddingPtr TorchBackend::prepare(const PositionEmbeddingWeights& weights) {
  check(weights);
  auto layer = std::make_shared<TorchPositionEmbedding>();
  layer->class_token = own(weights.class_token_name, weights.class_token);
  layer->position = own(weights.position_name, weights.position);
  layer->convention = weights.convention;
  return layer;
}

std::unique_ptr<Session> TorchBackend::make_session() {
  return std::make_unique<TorchSession>(options_);
}

}  // namespace promptdepth
