#pragma once

#include <span>

#include <ATen/core/Tensor.h>

#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth::torch_backend {

struct TorchLinear;

/// Each operation is a few calls of ATen, which record themselves for autograd. Results are new
/// tensors, whatever autograd may still need is never overwritten.
class TorchSession final : public Session {
 public:
  explicit TorchSession(TorchOptions options)
      : storage_(options.precision == Precision::kBF16 ? at::kBFloat16 : at::kFloat),
        format_(options.channels_last ? at::MemoryFormat::ChannelsLast
                                      : at::MemoryFormat::Contiguous) {}

  // torch_session.cc
  FeatureMap upload(std::span<const float> values, FeatureShape shape) override;
  void download(const FeatureMap& x, std::span<float> values) override;
  std::size_t allocated_bytes() const override { return live_bytes_; }
  FeatureMap map(const at::Tensor& tensor);

  // token_ops.cc
  FeatureMap patch_embed(const FeatureMap& image, const PatchEmbed& layer) override;
  FeatureMap embed_positions(const FeatureMap& patches, const PositionEmbedding& layer) override;
  FeatureMap linear(const FeatureMap& x, const Linear& layer, LinearOptions options) override;
  FeatureMap layer_norm(const FeatureMap& x, const LayerNorm& layer) override;
  FeatureMap layer_norm_patches(const FeatureMap& tokens, const LayerNorm& layer,
                                std::int64_t patch_rows, std::int64_t patch_columns) override;
  FeatureMap attention(const FeatureMap& qkv, int heads) override;
  FeatureMap swiglu(const FeatureMap& x) override;

  // convolution_ops.cc
  FeatureMap conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions options) override;
  FeatureMap conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) override;

  // resampling_ops.cc
  FeatureMap resize_bilinear(const FeatureMap& x, std::int64_t height, std::int64_t width,
                             PixelAlignment alignment) override;
  FeatureMap space_to_depth(const FeatureMap& x, int block) override;
  FeatureMap depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                            std::int64_t width) override;
  FeatureMap concat(std::span<const FeatureMap> parts) override;
  FeatureMap add(FeatureMap x, const FeatureMap& y, float scale) override;

  // propagation.cc
  FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) override;

 private:
  /// residual + value in the residual's dtype, or the value alone in `dtype`.
  FeatureMap finish(const at::Tensor& value, const FeatureMap& residual, at::ScalarType dtype);

  /// The parameter in another dtype, a kernel in the maps' memory format; undefined stays so.
  at::Tensor parameter_as(at::ScalarType dtype, const at::Tensor& parameter) const;
  at::Tensor product(const at::Tensor& image, const TorchLinear& layer, at::ScalarType dtype) const;

  at::ScalarType storage_;
  at::MemoryFormat format_;
  std::size_t live_bytes_ = 0;
};

/// The layer as this backend prepared it. Throws Error(kInternal) for another backend's.
template <typename Own, typename Layer>
const Own& own_layer(const Layer& layer) {
  const auto* own = dynamic_cast<const Own*>(&layer);
  PD_CHECK(own != nullptr);
  return *own;
}

/// f of a layer's fresh result, which is overwritten where autograd permits.
at::Tensor apply(Nonlinearity nonlinearity, at::Tensor fresh);

}  // namespace promptdepth::torch_backend
