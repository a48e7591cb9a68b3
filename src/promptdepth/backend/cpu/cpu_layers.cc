#include "promptdepth/backend/cpu/cpu_layers.h"

#include <algorithm>
#include <cstdint>
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

/// The values of a tensor as oneDNN reads them: where they lie, when their type and alignment allow
/// it, or converted.
class ReadableValues {
 public:
  explicit ReadableValues(const HostTensor& tensor) : tensor_(tensor) {
    const auto address = reinterpret_cast<std::uintptr_t>(tensor.bytes().data());
    const bool known_type = tensor.dtype() == DType::kF32 || tensor.dtype() == DType::kBF16;
    if (known_type && address % size_of(tensor.dtype()) == 0) {
      view_ = {tensor.bytes().data(), tensor.dtype()};
    } else {
      floats_ = tensor.to_floats();
      view_ = {floats_.data(), DType::kF32};
    }
  }
  ReadableValues(const ReadableValues&) = delete;
  ReadableValues& operator=(const ReadableValues&) = delete;

  ConstValues view() const { return view_; }

 private:
  HostTensor tensor_;
  std::vector<float> floats_;
  ConstValues view_;
};

PackedProduct pack_linear(const LinearWeights& weights, DType dtype) {
  std::vector<float> bias = floats_or_none(weights.bias);
  const std::vector<float> scale = floats_or_none(weights.scale);
  PD_CHECK(scale.empty() || bias.empty() || scale.size() == bias.size());
  for (std::size_t i = 0; i < std::min(scale.size(), bias.size()); ++i) bias[i] *= scale[i];
  const ReadableValues weight(weights.weight);
  return {extent(weights.weight, 1), extent(weights.weight, 0), weight.view(), scale, bias, dtype};
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
  return {in, taps * out, {weight.data(), DType::kF32}, {}, bias, dtype};
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
  return {3 * pixels, d, {weight.data(), DType::kF32}, {}, floats_or_none(weights.bias), dtype};
}

}  // namespace

CpuLinear::CpuLinear(const LinearWeights& weights, DType dtype)
    : product(pack_linear(weights, dtype)) {}

CpuLayerNorm::CpuLayerNorm(const LayerNormWeights& weights)
    : weight(weights.weight.to_floats()),
      bias(weights.bias.to_floats()),
      epsilon(weights.epsilon) {}

CpuConv2d::CpuConv2d(const Conv2dWeights& weights, DType dtype) : geometry(geometry_of(weights)) {
  const ReadableValues weight(weights.weight);
  const std::vector<float> bias = floats_or_none(weights.bias);
  if (geometry.kernel == 1 && geometry.stride == 1 && geometry.padding == 0) {
    product.emplace(geometry.in, geometry.out, weight.view(), std::span<const float>(), bias,
                    dtype);
  } else {
    convolution.emplace(geometry, weight.view(), bias, dtype);
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
