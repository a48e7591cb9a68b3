#include <torch/csrc/autograd/custom_function.h>

#include "promptdepth/backend/cpu/propagate.h"
#include "promptdepth/backend/torch/tensor_map.h"
#include "promptdepth/backend/torch/torch_session.h"

namespace promptdepth::torch_backend {
namespace {

cpu::Values values_of(const at::Tensor& tensor) {
  PD_CHECK(tensor.is_cpu() && tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  return {tensor.data_ptr(), dtype_of(tensor)};
}

at::Tensor channels_last(const at::Tensor& tensor) {
  return tensor.contiguous(at::MemoryFormat::ChannelsLast);
}

FeatureShape shape_of(const at::Tensor& depth) {
  return {depth.size(0), depth.size(2), depth.size(3), 1};
}

/// The cpu backend's kernel and its derivative: as a composition of ATen's operations, with the
/// nine weights of every pixel written and read by each, it added two fifths to the compact
/// network's training step.
class Propagation : public torch::autograd::Function<Propagation> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& depth,
                            const at::Tensor& logits, std::int64_t dilation) {
    context->save_for_backward({depth, logits});
    context->saved_data["dilation"] = dilation;
    at::Tensor result = at::empty_like(depth);
    cpu::propagate(values_of(depth), values_of(logits), shape_of(depth), static_cast<int>(dilation),
                   values_of(result));
    return result;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& upstream) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const at::Tensor& depth = saved[0];
    const at::Tensor& logits = saved[1];
    at::Tensor depth_gradient = at::empty_like(depth);
    at::Tensor logit_gradient = at::empty_like(logits);
    cpu::propagate_gradient(values_of(depth), values_of(logits), shape_of(depth),
                            static_cast<int>(context->saved_data["dilation"].toInt()),
                            values_of(channels_last(upstream[0])), values_of(depth_gradient),
                            values_of(logit_gradient));
    return {depth_gradient, logit_gradient, at::Tensor()};
  }
};

}  // namespace

FeatureMap TorchSession::propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) {
  const FeatureShape& in = x.shape();
  PD_CHECK(in.c == 1 && logits.shape() == (FeatureShape{in.n, in.h, in.w, 9}));
  PD_CHECK(dilation >= 1 && dilation <= kMostDilation);
  const at::Tensor depth = channels_last(tensor_of(x).to(at::kFloat));
  return map(Propagation::apply(depth, channels_last(tensor_of(logits)),
                                static_cast<std::int64_t>(dilation)));
}

}  // namespace promptdepth::torch_backend
