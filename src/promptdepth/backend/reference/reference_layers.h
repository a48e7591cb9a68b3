#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "promptdepth/backend/layers.h"

namespace promptdepth::reference {

// Layers of the reference backend: the stored values as float32, with kernels laid out so that a
// sum over input channels is a dot product of neighbours. The constructors throw Error(kInternal)
// on tensors whose shapes do not fit together.

struct PreparedLinear final : Linear {
  explicit PreparedLinear(const LinearWeights& weights);

  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::vector<float> weight;  ///< [out][in]
  std::vector<float> bias;    ///< [out], zeros when the layer has none
  std::vector<float> scale;   ///< [out], ones when the layer has none
};

struct PreparedLayerNorm final : LayerNorm {
  explicit PreparedLayerNorm(const LayerNormWeights& weights);

  std::vector<float> weight;  ///< [c]
  std::vector<float> bias;    ///< [c]
  float epsilon = 0.0F;
};

struct PreparedConv2d final : Conv2d {
  explicit PreparedConv2d(const Conv2dWeights& weights);

  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t kernel = 0;
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::vector<float> weight;  ///< [out][k][k][in]
  std::vector<float> bias;    ///< [out]
};

struct PreparedConvTranspose2d final : ConvTranspose2d {
  explicit PreparedConvTranspose2d(const ConvTranspose2dWeights& weights);

  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t kernel = 0;
  std::vector<float> weight;  ///< [out][k][k][in]
  std::vector<float> bias;    ///< [out]
};

struct PreparedPatchEmbed final : PatchEmbed {
  explicit PreparedPatchEmbed(const PatchEmbedWeights& weights);

  std::int64_t outputs = 0;
  std::int64_t patch = 0;
  std::vector<float> weight;  ///< [d][p][p][3]
  std::vector<float> bias;    ///< [d]
  std::array<float, 3> mean{};
  std::array<float, 3> std{};
};

struct PreparedPositionEmbedding final : PositionEmbedding {
  explicit PreparedPositionEmbedding(const PositionEmbeddingWeights& weights);

  std::int64_t width = 0;
  std::vector<float> class_token;  ///< [d]
  HostTensor position;             ///< [1, 1 + g·g, d]
  PositionConvention convention = PositionConvention::kOfficial;
};

}  // namespace promptdepth::reference
