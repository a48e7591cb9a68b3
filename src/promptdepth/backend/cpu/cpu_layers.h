#pragma once

#include <array>
#include <optional>
#include <vector>

#include "promptdepth/backend/cpu/onednn.h"
#include "promptdepth/backend/layers.h"

// The layers of layers.h as this backend prepares them.

namespace promptdepth::cpu {

struct CpuLinear final : Linear {
  CpuLinear(const LinearWeights& weights, DType dtype);
  PackedProduct product;  ///< The layer scale is multiplied into weights and bias.
};

struct CpuLayerNorm final : LayerNorm {
  explicit CpuLayerNorm(const LayerNormWeights& weights);
  std::vector<float> weight;
  std::vector<float> bias;
  float epsilon;
};

struct CpuConv2d final : Conv2d {
  CpuConv2d(const Conv2dWeights& weights, DType dtype);
  ConvolutionGeometry geometry;
  /// One of the two: a 1×1 convolution is a product.
  std::optional<PackedProduct> product;
  std::optional<PackedConvolution> convolution;
};

/// A product with k·k·out columns (dy, dx, channel), whose rows are then spread over k×k pixels.
struct CpuConvTranspose2d final : ConvTranspose2d {
  CpuConvTranspose2d(const ConvTranspose2dWeights& weights, DType dtype);
  std::int64_t kernel;
  std::int64_t out;
  PackedProduct product;
};

/// A product on unfolded patches (y, x, channel).
struct CpuPatchEmbed final : PatchEmbed {
  CpuPatchEmbed(const PatchEmbedWeights& weights, DType dtype);
  int patch;
  std::array<float, 3> mean;
  std::array<float, 3> inverse_std;
  PackedProduct product;
};

struct CpuPositionEmbedding final : PositionEmbedding {
  explicit CpuPositionEmbedding(PositionEmbeddingWeights weights);
  PositionEmbeddingWeights weights;
  std::vector<float> class_token;
};

}  // namespace promptdepth::cpu
