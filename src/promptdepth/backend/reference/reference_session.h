#pragma once

#include <span>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth::reference {

/// Every map owns a new buffer of float32 values, freed with its last handle. In the comments, n,
/// y, x index image, row and column, i and o input and output channels, k is the kernel's size.
class ReferenceSession : public Session {
 public:
  // reference_session.cc
  FeatureMap upload(std::span<const float> values, FeatureShape shape) override;
  void download(const FeatureMap& x, std::span<float> values) override;
  std::size_t allocated_bytes() const override { return live_bytes_; }

  // transformer_ops.cc
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
  FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) override;

 private:
  FeatureMap new_map(FeatureShape shape);

  std::size_t live_bytes_ = 0;
};

/// The values of a map of this backend, NHWC. Throws Error(kInternal) for any other's.
std::span<float> values_of(const FeatureMap& x);

/// f(x) of the nonlinearity, see its definition.
double evaluate(Nonlinearity nonlinearity, double x);

/// Σ a[i]·b[i] in float64.
inline double dot(const float* a, const float* b, std::int64_t count) {
  double sum = 0.0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

/// Calls body(i) for i in [0, count), on several threads where `products` in all are worth it.
template <typename Body>
void for_each(std::int64_t count, std::int64_t products, const Body& body) {
  constexpr std::int64_t kWorthThreads = 50'000'000;
  if (products >= kWorthThreads) return parallel_for(count, body);
  for (std::int64_t i = 0; i < count; ++i) body(i);
}

/// The layer as this backend prepared it. Throws Error(kInternal) for another backend's.
template <typename Prepared, typename Layer>
const Prepared& prepared_as(const Layer& layer) {
  const auto* prepared = dynamic_cast<const Prepared*>(&layer);
  PD_CHECK(prepared != nullptr);
  return *prepared;
}

}  // namespace promptdepth::reference
