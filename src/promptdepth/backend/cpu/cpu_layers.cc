#include "promptdepth/backend/cpu/cpu_layers.h"

#include <utility>

#include "promptdepth/base/error.h"

namespace promptdepth::cpu {
namespace {

std::vector<float> floats_or_none(const HostTensor& tensor) {
  return tensor.empty() ? std::vector<float>() : tensor.to_floats();
}

std::int64_t extent(const HostTensor& tensor, std::size_t axis) {
  PD_CHECK(axis < tensor.shape().rank());
  return tensor.shape()[axis];
}

PackedProduct pack_linear(const LinearWeights& weights, DType dtype) {
  const std::int64_t out = extent(weights.weight, 0);
  const std::int64_t in = extent(weights.weight, 1);
  std::vector<float> weight = weights.weight.to_floats();
  std::vector<float> bias = floats_or_none(weights.bias);
  const std::vector<float> scale = floats_or_none(weights.scale);
  for (std::size_t row = 0; row < scale.size(); ++row) {
    float* values = weight.data() + static_cast<std::int64_t>(row) * in;
    for (std::int64_t i = 0; i < in; ++i) values[i] *= scale[row];
    if (!bias.empty()) bias[row] *= scale[row];
  }
  return {in, out, weight, bias, dtype};
}

ConvolutionGeometry geometry_of(const Conv2dWeights& weights) {
  PD_CHECK(extent(weights.weight, 2) == extent(weights.weight, 3));
  return {.in = extent(weights.weight, 1),
          .out = extent(weights.weight, 0),
          .kernel = extent(weights.weight, 2),
          .stride = weights.stride,
          .padding = weights.padding};
}

/// [in, out, k, k] -> [(dy, dx, out), in].
PackedProduct pack_transposed(const ConvTranspose2dWeights& weights, DType dtype) {
  const std::int64_t in = extent(weights.weight, 0);
  const std::int64_t out = extent(weights.weight, 1);
  const std::int64_t taps = extent(weights.weight, 2) * extent(weights.weight, 3);
  const std::vector<float> stored = weights.weight.to_floats();
  const std::vector<float> stored_bias = floats_or_none(weights.bias);
  std::vector<float> weight(stored.size());
  std::vector<float> bias;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    bias.insert(bias.end(), stored_bias.begin(), stored_bias.end());
    for (std::int64_t o = 0; o < out; ++o) {
      for (std::int64_t i = 0; i < in; ++i) {
        weight[static_cast<std::size_t>((tap * out + o) * in + i)] =
            stored[static_cast<std::size_t>((i * out + o) * taps + tap)];
      }
    }
  }
  return {in, taps * out, weight, bias, dtype};
}

/// [d, 3, p, p] -> [d, (y, x, channel)].
PackedProduct pack_patch_embed(const PatchEmbedWeights& weights, DType dtype) {
  const std::int64_t d = extent(weights.weight, 0);
  const std::int64_t pixels = extent(weights.weight, 2) * extent(weights.weight, 3);
  const std::vector<float> stored = weights.weight.to_floats();
  std::vector<float> weight(stored.size());
  for (std::int64_t row = 0; row < d; ++row) {
    for (std::int64_t channel = 0; channel < 3; ++channel) {
      for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        weight[static_cast<std::size_t>((row * pixels + pixel) * 3 + channel)] =
            stored[static_cast<std::size_t>((row * 3 + channel) * pixels + pixel)];
      }
    }
  }
  return {3 * pixels, d, weight, floats_or_none(weights.bias), dtype};
}

}  // namespace

CpuLinear::CpuLinear(const LinearWeights& weights, DType dtype)
    : product(pack_linear(weights, dtype)) {}

CpuLayerNorm::CpuLayerNorm(const LayerNormWeights& weights)
    : weight(weights.weight.to_floats()),
      bias(weights.bias.to_floats()),
      epsilon(weights.epsilon) {}

CpuConv2d::CpuConv2d(const Conv2dWeights& weights, DType dtype) : geometry(geometry_of(weights)) {
  const std::vector<float> weight = weights.weight.to_floats();
  const std::vector<float> bias = floats_or_none(weights.bias);
  if (geometry.kernel == 1 && geometry.stride == 1 && geometry.padding == 0) {
    product.emplace(geometry.in, geometry.out, weight, bias, dtype);
  } else {
    convolution.emplace(geometry, weight, bias, dtype);
  }
}

CpuConvTranspose2d::CpuConvTranspose2d(const ConvTranspose2dWeights& weights, DType dtype)
    : kernel(extent(weights.weight, 2)),
      out(extent(weights.weight, 1)),
      product(pack_transposed(weights, dtype)) {}

CpuPatchEmbed::CpuPatchEmbed(const PatchEmbedWeights& weights, DType dtype)
    : patch(static_cast<int>(extent(weights.weight, 2))),
      mean{weights.mean[0], weights.mean[1], weights.mean[2]},
      inverse_std{1.0F / weights.std[0], 1.0F / weights.std[1], 1.0F / weights.std[2]},
      product(pack_patch_embed(weights, dtype)) {}

CpuPositionEmbedding::CpuPositionEmbedding(PositionEmbeddingWeights stored)
    : weights(std::move(stored)), class_token(weights.class_token.to_floats()) {}

}  // namespace promptdepth::cpu
