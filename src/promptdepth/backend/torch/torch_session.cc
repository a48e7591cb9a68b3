#include "promptdepth/backend/torch/torch_session.h"

#include <algorithm>

#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>

#include "promptdepth/backend/torch/tensor_map.h"

namespace promptdepth {
namespace torch_backend {

at::Tensor TorchSession::parameter_as(at::ScalarType dtype, const at::Tensor& parameter) const {
  if (!parameter.defined()) return parameter;
  const auto format = parameter.dim() == 4 ? format_ : at::MemoryFormat::Contiguous;
  return parameter.to(dtype, /*non_blocking=*/false, /*copy=*/false, format);
}

at::Tensor apply(Nonlinearity nonlinearity, at::Tensor fresh) {
  switch (nonlinearity) {
    case Nonlinearity::kIdentity:
      break;
    case Nonlinearity::kRelu:
      return at::relu_(fresh);
    case Nonlinearity::kLeakyRelu:
      return at::leaky_relu_(fresh, kLeakyReluSlope);
    case Nonlinearity::kGelu:
      // oneDNN's kernel, 15 times as fast, takes row-major memory only.
      return at::gelu(fresh.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
    case Nonlinearity::kSigmoid:
      return at::sigmoid_(fresh);
  }
  return fresh;
}

FeatureMap TorchSession::map(const at::Tensor& tensor) {
  return map_over(tensor, format_, live_bytes_);
}

FeatureMap TorchSession::upload(std::span<const float> values, FeatureShape shape) {
  PD_CHECK(static_cast<std::int64_t>(values.size()) == shape.element_count());
  at::Tensor tensor = at::empty({shape.n, shape.h, shape.w, shape.c}, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return map(tensor.permute({0, 3, 1, 2}));
}

void TorchSession::download(const FeatureMap& x, std::span<float> values) {
  const at::Tensor rows = rows_of(tensor_of(x).detach()).to(at::kFloat).contiguous();
  PD_CHECK(static_cast<std::int64_t>(values.size()) == rows.numel());
  std::copy_n(rows.data_ptr<float>(), values.size(), values.begin());
}

FeatureMap TorchSession::finish(const at::Tensor& value, const FeatureMap& residual,
                                at::ScalarType dtype) {
  if (!residual) return map(value.to(dtype));
  const at::Tensor base = tensor_of(residual);
  PD_CHECK(base.sizes() == value.sizes());
  return map(at::add(base, value).to(base.scalar_type()));
}

}  // namespace torch_backend

FeatureMap wrap(Session& session, const at::Tensor& tensor) {
  auto* own = dynamic_cast<torch_backend::TorchSession*>(&session);
  PD_CHECK(own != nullptr);
  return own->map(tensor);
}

}  // namespace promptdepth
