#include "promptdepth/backend/torch/torch_layers.h"

#include "promptdepth/base/error.h"

namespace promptdepth::torch_backend {
namespace {

bool has_shape(const HostTensor& tensor, Shape shape) {
  return !tensor.empty() && tensor.shape() == shape;
}

bool absent_or_shape(const HostTensor& tensor, Shape shape) {
  return tensor.empty() || tensor.shape() == shape;
}

bool is_square_kernel(const HostTensor& weight) {
  const Shape& shape = weight.shape();
  return !weight.empty() && shape.rank() == 4 && shape[2] == shape[3] && shape.element_count() > 0;
}

}  // namespace

void check(const LinearWeights& weights) {
  PD_CHECK(!weights.weight.empty() && weights.weight.shape().rank() == 2);
  const Shape per_output{weights.weight.shape()[0]};
  PD_CHECK(absent_or_shape(weights.bias, per_output));
  PD_CHECK(absent_or_shape(weights.scale, per_output));
}

void check(const LayerNormWeights& weights) {
  PD_CHECK(!weights.weight.empty() && weights.weight.shape().rank() == 1);
  PD_CHECK(has_shape(weights.bias, weights.weight.shape()));
}

void check(const Conv2dWeights& weights) {
  PD_CHECK(is_square_kernel(weights.weight));
  PD_CHECK(absent_or_shape(weights.bias, {weights.weight.shape()[0]}));
  PD_CHECK(weights.stride > 0 && weights.padding >= 0);
}

void check(const ConvTranspose2dWeights& weights) {
  PD_CHECK(is_square_kernel(weights.weight));
  PD_CHECK(absent_or_shape(weights.bias, {weights.weight.shape()[1]}));
}

void check(const PatchEmbedWeights& weights) {
  PD_CHECK(is_square_kernel(weights.weight) && weights.weight.shape()[1] == 3);
  PD_CHECK(has_shape(weights.bias, {weights.weight.shape()[0]}));
}

void check(const PositionEmbeddingWeights& weights) {
  PD_CHECK(!weights.position.empty() && weights.position.shape().rank() == 3);
  PD_CHECK(has_shape(weights.class_token, {1, 1, weights.position.shape()[2]}));
}

}  // namespace promptdepth::torch_backend
