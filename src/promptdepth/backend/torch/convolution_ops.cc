#include <algorithm>

#include <ATen/ops/conv2d.h>
#include <ATen/ops/relu.h>

#include "promptdepth/backend/torch/torch_layers.h"
#include "promptdepth/backend/torch/torch_session.h"

namespace promptdepth::torch_backend {

/// A result that is to be float32 is computed in float32: the kernels for bfloat16 round theirs.
FeatureMap TorchSession::conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions options) {
  const auto& l = own_layer<TorchConv2d>(layer);
  const FeatureShape& in = x.shape();
  PD_CHECK(in.c == l.weight.size(1));
  PD_CHECK(std::min(in.h, in.w) + 2 * l.padding >= l.weight.size(2));
  const at::ScalarType dtype = options.f32_output ? at::kFloat : storage_;
  at::Tensor input = tensor_of(x).to(dtype);
  if (options.relu_input) input = at::relu(input);
  const at::Tensor sums = at::conv2d(input, parameter_as(dtype, l.weight),
                                     parameter_as(dtype, l.bias), l.stride, l.padding);
  return finish(apply(options.nonlinearity, sums), options.residual, dtype);
}

/// Every pixel times k·k·out columns, in the order of depth_to_space.
FeatureMap TorchSession::conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) {
  const auto& l = own_layer<TorchConvTranspose2d>(layer);
  const FeatureShape& in = x.shape();
  PD_CHECK(in.c == l.weight.size(0));
  const std::int64_t kernel = l.weight.size(2);
  const at::Tensor columns = l.weight.permute({2, 3, 1, 0}).reshape({-1, in.c, 1, 1});
  const at::Tensor bias = l.bias.defined() ? l.bias.repeat(kernel * kernel) : at::Tensor();
  const FeatureMap blocks = map(at::conv2d(
      tensor_of(x).to(storage_), parameter_as(storage_, columns), parameter_as(storage_, bias)));
  return depth_to_space(blocks, static_cast<int>(kernel), in.h * kernel, in.w * kernel);
}

}  // namespace promptdepth::torch_backend
