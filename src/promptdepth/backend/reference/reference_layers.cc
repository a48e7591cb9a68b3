#include "promptdepth/backend/reference/reference_layers.h"

#include <algorithm>

#include "promptdepth/base/error.h"

namespace promptdepth::reference {
namespace {

std::vector<float> vector_of(const HostTensor& tensor, std::int64_t count) {
  PD_CHECK(tensor.shape() == Shape({count}));
  return tensor.to_floats();
}

std::vector<float> vector_or(const HostTensor& tensor, std::int64_t count, float value) {
  if (tensor.empty()) return std::vector<float>(static_cast<std::size_t>(count), value);
  return vector_of(tensor, count);
}

void check_kernel(const HostTensor& weight) {
  const Shape& shape = weight.shape();
  PD_CHECK(!weight.empty() && shape.rank() == 4 && shape[2] == shape[3]);
  PD_CHECK(shape[0] > 0 && shape[1] > 0 && shape[2] > 0);
}

/// A kernel [o][i][k][k], or [i][o][k][k] where `transposed`, as [o][k][k][i].
std::vector<float> channels_last(const HostTensor& tensor, bool transposed) {
  const std::vector<float> stored = tensor.to_floats();
  const std::int64_t taps = tensor.shape()[2] * tensor.shape()[3];
  const std::int64_t outputs = tensor.shape()[transposed ? 1 : 0];
  const std::int64_t inputs = tensor.shape()[transposed ? 0 : 1];
  std::vector<float> result(stored.size());
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      const std::int64_t plane = transposed ? i * outputs + o : o * inputs + i;
      for (std::int64_t tap = 0; tap < taps; ++tap) {
        result[static_cast<std::size_t>((o * taps + tap) * inputs + i)] =
            stored[static_cast<std::size_t>(plane * taps + tap)];
      }
    }
  }
  return result;
}

}  // namespace

PreparedLinear::PreparedLinear(const LinearWeights& weights) {
  PD_CHECK(!weights.weight.empty() && weights.weight.shape().rank() == 2);
  outputs = weights.weight.shape()[0];
  inputs = weights.weight.shape()[1];
  weight = weights.weight.to_floats();
  bias = vector_or(weights.bias, outputs, 0.0F);
  scale = vector_or(weights.scale, outputs, 1.0F);
}

PreparedLayerNorm::PreparedLayerNorm(const LayerNormWeights& weights) {
  PD_CHECK(!weights.weight.empty() && weights.weight.shape().rank() == 1);
  weight = weights.weight.to_floats();
  bias = vector_of(weights.bias, weights.weight.shape()[0]);
  epsilon = weights.epsilon;
}

PreparedConv2d::PreparedConv2d(const Conv2dWeights& weights) {
  check_kernel(weights.weight);
  PD_CHECK(weights.stride > 0 && weights.padding >= 0);
  outputs = weights.weight.shape()[0];
  inputs = weights.weight.shape()[1];
  kernel = weights.weight.shape()[2];
  stride = weights.stride;
  padding = weights.padding;
  weight = channels_last(weights.weight, false);
  bias = vector_or(weights.bias, outputs, 0.0F);
}

PreparedConvTranspose2d::PreparedConvTranspose2d(const ConvTranspose2dWeights& weights) {
  check_kernel(weights.weight);
  inputs = weights.weight.shape()[0];
  outputs = weights.weight.shape()[1];
  kernel = weights.weight.shape()[2];
  weight = channels_last(weights.weight, true);
  bias = vector_or(weights.bias, outputs, 0.0F);
}

PreparedPatchEmbed::PreparedPatchEmbed(const PatchEmbedWeights& weights) {
  check_kernel(weights.weight);
  PD_CHECK(weights.weight.shape()[1] == 3);
  outputs = weights.weight.shape()[0];
  patch = weights.weight.shape()[2];
  weight = channels_last(weights.weight, false);
  bias = vector_of(weights.bias, outputs);
  std::copy_n(weights.mean, 3, mean.begin());
  std::copy_n(weights.std, 3, std.begin());
}

PreparedPositionEmbedding::PreparedPositionEmbedding(const PositionEmbeddingWeights& weights) {
  PD_CHECK(!weights.position.empty() && weights.position.shape().rank() == 3);
  width = weights.position.shape()[2];
  PD_CHECK(weights.class_token.shape() == Shape({1, 1, width}));
  class_token = weights.class_token.to_floats();
  position = weights.position;
  convention = weights.convention;
}

}  // namespace promptdepth::reference
