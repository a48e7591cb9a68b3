#pragma once

#include <memory>
#include <string>

#include "promptdepth/tensor/host_tensor.h"

namespace promptdepth {

/// What is applied to each output value of a layer, last of all but the residual.
enum class Nonlinearity {
  kIdentity,
  kRelu,
  kLeakyRelu,  ///< x for x > 0, kLeakyReluSlope · x otherwise.
  kGelu,       ///< Exact: x/2 · (1 + erf(x/√2)).
  kSigmoid,
};

inline constexpr float kLeakyReluSlope = 0.1F;

/// What Session::propagate adds to the logit of a pixel's own depth: softmax(0) then keeps 95 % of
/// it.
inline constexpr float kCentreTapLogit = 5.0F;

/// The greatest distance between the pixels that Session::propagate takes the mean of.
inline constexpr int kMostDilation = 64;

/// How the source coordinate of a resampled pixel is found. Coordinates outside the source take the
/// border pixel.
enum class PixelAlignment {
  kHalfPixel,     ///< src = (i + 0.5)·in/out − 0.5, at least 0: PyTorch's align_corners=False.
  kCornersAlign,  ///< src = i·(in − 1)/(out − 1): align_corners=True; 0 when out is 1.
};

/// How the learnt 37×37 position embedding is resampled to another grid (bicubic, A = −0.75, no
/// antialias).
enum class PositionConvention {
  kOfficial,  ///< DINOv2's: scale (grid + 0.1)/37, mapped with that scale; the embedding as it is
              ///< on a square 37×37 grid.
  kHuggingFace,  ///< transformers': by target size, scale grid/37.
};

// The weights of one layer as a file holds them (PyTorch layouts), given to a Backend to be
// prepared. `name` is the layer's path in the official naming, for messages and for the names of
// trainable parameters ("<name>.weight", "<name>.bias").

struct LinearWeights {
  std::string name = {};
  HostTensor weight = {};  ///< [out, in]
  HostTensor bias = {};    ///< [out], or empty
  std::string scale_name = {};
  HostTensor scale = {};  ///< [out] or empty: a layer scale γ multiplied onto weight·x + bias;
                          ///< `scale_name` is its full tensor name.
};

struct LayerNormWeights {
  std::string name = {};
  HostTensor weight = {};  ///< [c]
  HostTensor bias = {};    ///< [c]
  float epsilon = 1e-6F;
};

struct Conv2dWeights {
  std::string name = {};
  HostTensor weight = {};  ///< [out, in, k, k]
  HostTensor bias = {};    ///< [out], or empty
  int stride = 1;
  int padding = 0;  ///< Zeros on every side.
};

/// A transposed convolution whose kernel equals its stride: every input pixel becomes its own k×k
/// block.
struct ConvTranspose2dWeights {
  std::string name = {};
  HostTensor weight = {};  ///< [in, out, k, k]
  HostTensor bias = {};    ///< [out], or empty
};

/// Normalises RGB per channel, (x − mean)/std, then a convolution whose kernel equals its stride.
struct PatchEmbedWeights {
  std::string name = {};
  HostTensor weight = {};  ///< [d, 3, p, p]
  HostTensor bias = {};    ///< [d]
  float mean[3] = {0.485F, 0.456F, 0.406F};
  float std[3] = {0.229F, 0.224F, 0.225F};
};

struct PositionEmbeddingWeights {
  std::string class_token_name = {};
  HostTensor class_token = {};  ///< [1, 1, d]
  std::string position_name = {};
  HostTensor position = {};  ///< [1, 1 + g·g, d], the class token's row first
  PositionConvention convention = PositionConvention::kOfficial;
};

// The same layers prepared by a backend: packed, rounded, or made trainable. Immutable and
// shareable between threads; each backend has its own derived types, and a session refuses the
// layers of another backend.

class Linear {
 public:
  virtual ~Linear() = default;
};
class LayerNorm {
 public:
  virtual ~LayerNorm() = default;
};
class Conv2d {
 public:
  virtual ~Conv2d() = default;
};
class ConvTranspose2d {
 public:
  virtual ~ConvTranspose2d() = default;
};
class PatchEmbed {
 public:
  virtual ~PatchEmbed() = default;
};
class PositionEmbedding {
 public:
  virtual ~PositionEmbedding() = default;
};

using LinearPtr = std::shared_ptr<const Linear>;
using LayerNormPtr = std::shared_ptr<const LayerNorm>;
using Conv2dPtr = std::shared_ptr<const Conv2d>;
using ConvTranspose2dPtr = std::shared_ptr<const ConvTranspose2d>;
using PatchEmbedPtr = std::shared_ptr<const PatchEmbed>;
using PositionEmbeddingPtr = std::shared_ptr<const PositionEmbedding>;

}  // namespace promptdepth
