#pragma once

#include <ATen/core/Tensor.h>

#include "promptdepth/backend/layers.h"

// Layers of the torch backend: float32 parameters in PyTorch's own layouts, undefined where the
// layer has none.

namespace promptdepth::torch_backend {

struct TorchLinear final : Linear {
  at::Tensor weight;  ///< [out, in]
  at::Tensor bias;    ///< [out]
  at::Tensor scale;   ///< [out]
};

struct TorchLayerNorm final : LayerNorm {
  at::Tensor weight;  ///< [c]
  at::Tensor bias;    ///< [c]
  float epsilon = 0.0F;
};

struct TorchConv2d final : Conv2d {
  at::Tensor weight;  ///< [out, in, k, k]
  at::Tensor bias;    ///< [out]
  std::int64_t stride = 1;
  std::int64_t padding = 0;
};

struct TorchConvTranspose2d final : ConvTranspose2d {
  at::Tensor weight;  ///< [in, out, k, k]
  at::Tensor bias;    ///< [out]
};

struct TorchPatchEmbed final : PatchEmbed {
  at::Tensor weight;  ///< [d, 3, p, p]
  at::Tensor bias;    ///< [d]
  at::Tensor mean;    ///< [3, 1, 1], no parameter
  at::Tensor std;     ///< [3, 1, 1], no parameter
};

struct TorchPositionEmbedding final : PositionEmbedding {
  at::Tensor class_token;  ///< [1, 1, d]
  at::Tensor position;     ///< [1, 1 + g·g, d]
  PositionConvention convention = PositionConvention::kOfficial;
};

// Throw Error(kInternal) on tensors whose shapes do not fit together.

void check(const LinearWeights& weights);
void check(const LayerNormWeights& weights);
void check(const Conv2dWeights& weights);
void check(const ConvTranspose2dWeights& weights);
void check(const PatchEmbedWeights& weights);
void check(const PositionEmbeddingWeights& weights);

}  // namespace promptdepth::torch_backend
