#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/backend/cpu/activation_pool.h"
#include "promptdepth/backend/cpu/attention.h"
#include "promptdepth/backend/cpu/cpu_layers.h"
#include "promptdepth/backend/cpu/onednn.h"
#include "promptdepth/backend/cpu/resample.h"

namespace promptdepth::cpu {

/// Which kernel computes attention, given the dtype and width of its heads.
using AttentionChoice = const AttentionKernel& (*)(DType dtype, std::int64_t head_width);

class CpuSession final : public Session {
 public:
  /// `storage`: the dtype of products' operands and of activations between layers.
  explicit CpuSession(DType storage, AttentionChoice choose_attention = fastest_attention_kernel)
      : storage_(storage), choose_attention_(choose_attention) {}

  FeatureMap upload(std::span<const float> values, FeatureShape shape) override;
  void download(const FeatureMap& x, std::span<float> values) override;

  FeatureMap patch_embed(const FeatureMap& image, const PatchEmbed& layer) override;
  FeatureMap embed_positions(const FeatureMap& patches, const PositionEmbedding& layer) override;
  FeatureMap linear(const FeatureMap& x, const Linear& layer, LinearOptions options) override;
  FeatureMap layer_norm(const FeatureMap& x, const LayerNorm& layer) override;
  FeatureMap layer_norm_patches(const FeatureMap& tokens, const LayerNorm& layer,
                                std::int64_t patch_rows, std::int64_t patch_columns) override;
  FeatureMap attention(const FeatureMap& qkv, int heads) override;
  FeatureMap swiglu(const FeatureMap& x) override;

  FeatureMap conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions options) override;
  FeatureMap conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) override;
  FeatureMap resize_bilinear(const FeatureMap& x, std::int64_t height, std::int64_t width,
                             PixelAlignment alignment) override;
  FeatureMap space_to_depth(const FeatureMap& x, int block) override;
  FeatureMap depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                            std::int64_t width) override;
  FeatureMap concat(std::span<const FeatureMap> parts) override;
  FeatureMap add(FeatureMap x, const FeatureMap& y, float scale) override;
  FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) override;

  std::size_t allocated_bytes() const override;

 private:
  /// What a resize of a size needs: heights and widths in and out, channels, alignment.
  using ResizeKey = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                               PixelAlignment>;
  using PositionKey = std::tuple<const CpuPositionEmbedding*, std::int64_t, std::int64_t>;

  FeatureMap make(const FeatureShape& shape, DType dtype) { return pool_.make(shape, dtype); }
  Values values(const FeatureMap& map) const { return pool_.values(map); }

  /// x itself when it has that dtype, or else a copy that has.
  FeatureMap as(DType dtype, const FeatureMap& x);
  FeatureMap as_storage(const FeatureMap& x) { return as(storage_, x); }
  /// Memory to add a layer's result to: that of `residual` when nobody else holds it, or a copy.
  FeatureMap writable(FeatureMap residual, const FeatureShape& shape);
  /// Where a layer writes: the residual's memory if there is one, new memory otherwise.
  FeatureMap target(FeatureMap residual, const FeatureShape& shape, DType dtype);

  /// Memory for something that is no feature map.
  FeatureMap bytes(std::size_t count);

  void multiply(const PackedProduct& layer, const FeatureMap& x, const FeatureMap& out,
                const Epilogue& epilogue);

  /// The position embedding resampled to a grid, with the class token added to its first row.
  const std::vector<float>& position_table(const CpuPositionEmbedding& layer,
                                           const FeatureShape& patches);
  const ResizePlan& resize_plan(const FeatureShape& in, std::int64_t height, std::int64_t width,
                                PixelAlignment alignment);

  DType storage_;
  AttentionChoice choose_attention_;
  ActivationPool pool_;
  Executor executor_;
  std::map<PositionKey, std::vector<float>> position_tables_;
  std::map<ResizeKey, ResizePlan> resize_plans_;
};

}  // namespace promptdepth::cpu
