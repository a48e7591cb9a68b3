#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "promptdepth/backend/feature_map.h"
#include "promptdepth/backend/layers.h"

namespace promptdepth {

/// Arithmetic of products and convolutions, and the storage of activations between layers. Norms,
/// softmax and the residual stream of a transformer are float32 in either.
enum class Precision { kF32, kBF16 };

struct LinearOptions {
  Nonlinearity nonlinearity = Nonlinearity::kIdentity;
  /// When set: residual + nonlinearity(layer(x)), in the residual's dtype. Move it in to have its
  /// memory reused.
  FeatureMap residual = {};
};

struct Conv2dOptions {
  bool relu_input = false;  ///< layer(max(x, 0)), leaving x as it is.
  Nonlinearity nonlinearity = Nonlinearity::kIdentity;
  FeatureMap residual = {};  ///< As in LinearOptions.
  bool f32_output =
      false;  ///< Results in float32 in every precision (a bf16 depth would show as steps).
};

/// Runs layers. Holds everything that changes while a network runs: the pool of activation buffers,
/// scratch memory and what was planned for a shape. Not thread-safe: one per thread. After the
/// first pass over inputs of one size, further passes of that size allocate no buffers.
///
/// The formulas below are per image of the batch; sums are in float32 or better in every precision.
/// Results have the storage dtype of the precision (float32 or bfloat16), except where an operation
/// says otherwise; operands of either dtype are accepted everywhere. Operations throw
/// Error(kInternal) on shapes that do not fit together.
class Session {
 public:
  virtual ~Session() = default;

  // --- in and out ---

  /// Copies float32 values (NHWC) in. They stay float32.
  virtual FeatureMap upload(std::span<const float> values, FeatureShape shape) = 0;

  /// Copies values out as float32 (NHWC); `values` has shape().element_count() elements.
  virtual void download(const FeatureMap& x, std::span<float> values) = 0;

  // --- transformer ---

  /// RGB in [0, 1], n×H×W×3 with H, W multiples of the patch -> n×(H/p)×(W/p)×d, float32.
  virtual FeatureMap patch_embed(const FeatureMap& image, const PatchEmbed& layer) = 0;

  /// Patches n×ph×pw×d -> tokens n×1×(1 + ph·pw)×d, float32: the class token first, then the
  /// patches row by row, each plus its (resampled) position embedding.
  virtual FeatureMap embed_positions(const FeatureMap& patches, const PositionEmbedding& layer) = 0;

  /// y = nonlinearity(x·Wᵀ + b)·γ (+ residual), on the channels of any shape.
  virtual FeatureMap linear(const FeatureMap& x, const Linear& layer, LinearOptions options) = 0;

  /// y = (x − mean)/sqrt(var + ε)·w + b over the channels (biased variance).
  virtual FeatureMap layer_norm(const FeatureMap& x, const LayerNorm& layer) = 0;

  /// layer_norm of the patch tokens only: n×1×(1 + ph·pw)×d -> n×ph×pw×d, the class token (first)
  /// left out.
  virtual FeatureMap layer_norm_patches(const FeatureMap& tokens, const LayerNorm& layer,
                                        std::int64_t patch_rows, std::int64_t patch_columns) = 0;

  /// Multi-head self-attention. qkv is n×1×t×3d: queries, keys, values, each split into `heads`
  /// heads of d/heads channels; y = softmax(q·kᵀ/sqrt(d/heads))·v, n×1×t×d. Memory grows linearly
  /// with t.
  virtual FeatureMap attention(const FeatureMap& qkv, int heads) = 0;

  /// Halves the channels: with a the first half and b the second, a·sigmoid(a)·b.
  virtual FeatureMap swiglu(const FeatureMap& x) = 0;

  // --- convolutional ---

  /// Out size floor((in + 2·padding − k)/stride) + 1.
  virtual FeatureMap conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions options) = 0;

  virtual FeatureMap conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) = 0;

  /// Keeps x's dtype, as do the two rearrangements below.
  virtual FeatureMap resize_bilinear(const FeatureMap& x, std::int64_t height, std::int64_t width,
                                     PixelAlignment alignment) = 0;

  /// n×(h·b)×(w·b)×c -> n×h×w×(b·b·c); channel (dy·b + dx)·c + i is channel i of pixel (y·b + dy,
  /// x·b + dx). Where the size is no multiple of b, the last row and column are repeated.
  virtual FeatureMap space_to_depth(const FeatureMap& x, int block) = 0;

  /// The inverse of space_to_depth, cropped to height × width (at most h·b × w·b).
  virtual FeatureMap depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                                    std::int64_t width) = 0;

  /// Joins the channels of maps of one size, in order; in the storage dtype of the precision.
  virtual FeatureMap concat(std::span<const FeatureMap> parts) = 0;

  /// x + scale·y, of one shape, in x's dtype. Move x in to have its memory reused.
  virtual FeatureMap add(FeatureMap x, const FeatureMap& y, float scale = 1.0F) = 0;

  /// Lets the depth of neighbours spread to a pixel: n×h×w×1 maps, a mean of the 3×3 pixels that
  /// lie `dilation` apart (1 to kMostDilation), weighted by the softmax of the n×h×w×9 logits, row
  /// by row:
  ///   y(p) = Σₜ softmaxₜ(logits(p) + kCentreTapLogit·[t = 4]) · x(p + dilation·(⌊t/3⌋ − 1, t mod 3
  ///   − 1)).
  /// Positions outside take the border pixel. Logits of 0 leave x almost as it is. Float32.
  virtual FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) = 0;

  // --- observation ---

  /// Called by networks as they go, with the name of the stage that has just ended and its result.
  using Observer = std::function<void(std::string_view stage, const FeatureMap& result)>;
  void set_observer(Observer observer) { observer_ = std::move(observer); }
  void finish_stage(std::string_view stage, const FeatureMap& result) {
    if (observer_) observer_(stage, result);
  }

  /// Bytes this session holds in buffers, scratch and plans.
  virtual std::size_t allocated_bytes() const = 0;

 private:
  Observer observer_;
};

/// Who computes: turns stored weights into prepared layers, and makes sessions that run them.
/// Thread-safe.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;
  virtual Precision precision() const = 0;

  virtual LinearPtr prepare(const LinearWeights& weights) = 0;
  virtual LayerNormPtr prepare(const LayerNormWeights& weights) = 0;
  virtual Conv2dPtr prepare(const Conv2dWeights& weights) = 0;
  virtual ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& weights) = 0;
  virtual PatchEmbedPtr prepare(const PatchEmbedWeights& weights) = 0;
  virtual PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& weights) = 0;

  /// The session may outlive neither the backend nor the layers it has run.
  virtual std::unique_ptr<Session> make_session() = 0;
};

}  // namespace promptdepth
