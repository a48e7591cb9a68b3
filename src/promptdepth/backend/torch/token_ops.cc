#include <cmath>

#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/div.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tensor.h>

#include "promptdepth/backend/interpolation.h"
#include "promptdepth/backend/torch/tensor_map.h"
#include "promptdepth/backend/torch/torch_layers.h"
#include "promptdepth/backend/torch/torch_session.h"

namespace promptdepth::torch_backend {
namespace {

at::Tensor resampling(std::int64_t in, std::int64_t out, PositionConvention convention) {
  const std::vector<float> matrix = position_resampling_matrix(in, out, convention);
  return at::tensor(at::ArrayRef<float>(matrix)).view({out, in});
}

/// The embedding of the patches, [1, g·g, d], for another grid: [1, rows·columns, d].
at::Tensor resampled(const at::Tensor& patches, std::int64_t rows, std::int64_t columns,
                     PositionConvention convention) {
  const std::int64_t width = patches.size(2);
  const auto grid = std::lround(std::sqrt(static_cast<double>(patches.size(1))));
  if (position_is_native(grid, rows, columns)) return patches;
  const at::Tensor along_y =
      at::mm(resampling(grid, rows, convention), patches.reshape({grid, grid * width}));
  return at::matmul(resampling(grid, columns, convention), along_y.view({rows, grid, width}))
      .view({1, rows * columns, width});
}

at::Tensor normalized(const at::Tensor& rows, const TorchLayerNorm& layer) {
  PD_CHECK(rows.size(-1) == layer.weight.size(0));
  return at::layer_norm(rows.to(at::kFloat), layer.weight.sizes(), layer.weight, layer.bias,
                        layer.epsilon);
}

}  // namespace

/// As a convolution of one pixel, which oneDNN computes and differentiates as fast as a product.
at::Tensor TorchSession::product(const at::Tensor& image, const TorchLinear& layer,
                                 at::ScalarType dtype) const {
  return at::conv2d(image.to(dtype),
                    parameter_as(dtype, layer.weight.view({layer.weight.size(0), -1, 1, 1})),
                    parameter_as(dtype, layer.bias));
}

FeatureMap TorchSession::patch_embed(const FeatureMap& image, const PatchEmbed& layer) {
  const auto& l = own_layer<TorchPatchEmbed>(layer);
  const FeatureShape& in = image.shape();
  const std::int64_t patch = l.weight.size(2);
  PD_CHECK(in.c == 3 && in.h % patch == 0 && in.w % patch == 0);
  const at::Tensor rgb = at::div(at::sub(tensor_of(image), l.mean), l.std);
  return map(at::conv2d(rgb.to(storage_), parameter_as(storage_, l.weight),
                        parameter_as(storage_, l.bias), patch)
                 .to(at::kFloat));
}

FeatureMap TorchSession::embed_positions(const FeatureMap& patches,
                                         const PositionEmbedding& layer) {
  const auto& l = own_layer<TorchPositionEmbedding>(layer);
  const FeatureShape& in = patches.shape();
  PD_CHECK(in.c == l.position.size(2));
  const at::Tensor tokens =
      rows_of(tensor_of(patches)).view({in.n, in.h * in.w, in.c}).to(at::kFloat);
  const at::Tensor positions =
      resampled(l.position.narrow(1, 1, l.position.size(1) - 1), in.h, in.w, l.convention);
  const at::Tensor first = at::add(l.class_token, l.position.narrow(1, 0, 1));
  const at::Tensor all = at::cat({first.expand({in.n, 1, in.c}), at::add(tokens, positions)}, 1);
  return map(image_of(all.view({-1, in.c}), {in.n, 1, 1 + in.h * in.w, in.c}));
}

FeatureMap TorchSession::linear(const FeatureMap& x, const Linear& layer, LinearOptions options) {
  const auto& l = own_layer<TorchLinear>(layer);
  PD_CHECK(x.shape().c == l.weight.size(1));
  at::Tensor value = apply(options.nonlinearity, product(tensor_of(x), l, storage_));
  if (l.scale.defined()) value = at::mul(value, l.scale.view({-1, 1, 1}));
  return finish(value, options.residual, storage_);
}

FeatureMap TorchSession::layer_norm(const FeatureMap& x, const LayerNorm& layer) {
  const at::Tensor rows = normalized(rows_of(tensor_of(x)), own_layer<TorchLayerNorm>(layer));
  return map(image_of(rows.to(storage_), x.shape()));
}

FeatureMap TorchSession::layer_norm_patches(const FeatureMap& tokens, const LayerNorm& layer,
                                            std::int64_t patch_rows, std::int64_t patch_columns) {
  const FeatureShape& in = tokens.shape();
  PD_CHECK(in.h == 1 && in.w == 1 + patch_rows * patch_columns);
  const at::Tensor patches =
      rows_of(tensor_of(tokens)).view({in.n, in.w, in.c}).narrow(1, 1, in.w - 1);
  const at::Tensor rows =
      normalized(patches, own_layer<TorchLayerNorm>(layer)).to(storage_).view({-1, in.c});
  return map(image_of(rows, {in.n, patch_rows, patch_columns, in.c}));
}

/// Unlike what Session promises, memory grows with the square of the tokens, and in kBF16 the
/// scores are rounded to bfloat16 before the softmax: LibTorch's products give nothing better.
/// Training's short sequences can afford the one, and its noise hides the other.
FeatureMap TorchSession::attention(const FeatureMap& qkv, int heads) {
  const FeatureShape& in = qkv.shape();
  PD_CHECK(heads > 0 && in.h == 1 && in.c % (3 * static_cast<std::int64_t>(heads)) == 0);
  const std::int64_t width = in.c / 3 / heads;
  // [3, n, heads, t, width]
  const at::Tensor parts = rows_of(tensor_of(qkv))
                               .to(storage_)
                               .view({in.n, in.w, 3, heads, width})
                               .permute({2, 0, 3, 1, 4});
  const double scale = 1.0 / std::sqrt(static_cast<double>(width));
  const at::Tensor scores =
      at::matmul(at::mul(parts.select(0, 0), scale), parts.select(0, 1).transpose(-2, -1));
  const at::Tensor weights = at::softmax(scores, -1, at::kFloat).to(storage_);
  const at::Tensor y = at::matmul(weights, parts.select(0, 2)).transpose(1, 2);
  return map(image_of(y.reshape({in.n * in.w, heads * width}), in));
}

FeatureMap TorchSession::swiglu(const FeatureMap& x) {
  PD_CHECK(x.shape().c % 2 == 0);
  const std::vector<at::Tensor> halves = tensor_of(x).to(storage_).chunk(2, 1);
  return map(at::mul(at::silu(halves[0]), halves[1]));
}

}  // namespace promptdepth::torch_backend
