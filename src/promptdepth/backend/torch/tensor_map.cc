#include "promptdepth/backend/torch/tensor_map.h"

#include <memory>

#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {
namespace torch_backend {
namespace {

class TensorBuffer final : public FeatureBuffer {
 public:
  TensorBuffer(at::Tensor tensor, std::size_t& live_bytes)
      : tensor_(std::move(tensor)), live_bytes_(live_bytes) {
    live_bytes_ += tensor_.nbytes();
  }
  TensorBuffer(const TensorBuffer&) = delete;
  TensorBuffer& operator=(const TensorBuffer&) = delete;
  ~TensorBuffer() override { live_bytes_ -= tensor_.nbytes(); }

  void recycle() override { delete this; }
  const at::Tensor& tensor() const { return tensor_; }

 private:
  at::Tensor tensor_;
  std::size_t& live_bytes_;
};

}  // namespace

DType dtype_of(const at::Tensor& tensor) {
  const at::ScalarType type = tensor.scalar_type();
  PD_CHECK(type == at::kFloat || type == at::kBFloat16);
  return type == at::kFloat ? DType::kF32 : DType::kBF16;
}

FeatureMap map_over(const at::Tensor& tensor, at::MemoryFormat format, std::size_t& live_bytes) {
  PD_CHECK(tensor.dim() == 4 && tensor.numel() > 0);
  const FeatureShape shape{tensor.size(0), tensor.size(2), tensor.size(3), tensor.size(1)};
  auto buffer = std::make_unique<TensorBuffer>(tensor.contiguous(format), live_bytes);
  return {shape, dtype_of(tensor), buffer.release()};
}

at::Tensor rows_of(const at::Tensor& image) {
  return image.permute({0, 2, 3, 1}).reshape({-1, image.size(1)});
}

at::Tensor image_of(const at::Tensor& rows, FeatureShape extents) {
  return rows.view({extents.n, extents.h, extents.w, rows.size(1)}).permute({0, 3, 1, 2});
}

}  // namespace torch_backend

at::Tensor tensor_of(const FeatureMap& x) {
  const auto* buffer = dynamic_cast<const torch_backend::TensorBuffer*>(x.buffer());
  PD_CHECK(buffer != nullptr);
  return buffer->tensor();
}

}  // namespace promptdepth
