#include <ATen/ops/cat.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "promptdepth/backend/torch/torch_session.h"

namespace promptdepth::torch_backend {
namespace {

/// n×c×h×w with the last row and column repeated up to the given size.
at::Tensor padded(const at::Tensor& image, std::int64_t height, std::int64_t width) {
  at::Tensor result = image;
  if (const std::int64_t missing = height - result.size(2); missing > 0) {
    const at::Tensor last = result.narrow(2, result.size(2) - 1, 1);
    result = at::cat({result, last.expand({-1, -1, missing, -1})}, 2);
  }
  if (const std::int64_t missing = width - result.size(3); missing > 0) {
    const at::Tensor last = result.narrow(3, result.size(3) - 1, 1);
    result = at::cat({result, last.expand({-1, -1, -1, missing})}, 3);
  }
  return result;
}

}  // namespace

/// Always in float32: LibTorch's derivative of a bfloat16 resize takes five times as long.
FeatureMap TorchSession::resize_bilinear(const FeatureMap& x, std::int64_t height,
                                         std::int64_t width, PixelAlignment alignment) {
  PD_CHECK(height > 0 && width > 0);
  if (x.shape().h == height && x.shape().w == width) return x;
  const at::Tensor image = tensor_of(x);
  const bool corners = alignment == PixelAlignment::kCornersAlign;
  return map(at::upsample_bilinear2d(image.to(at::kFloat), {height, width}, corners)
                 .to(image.scalar_type()));
}

FeatureMap TorchSession::space_to_depth(const FeatureMap& x, int block) {
  PD_CHECK(block > 0);
  const FeatureShape& in = x.shape();
  const std::int64_t b = block;
  const std::int64_t rows = (in.h + b - 1) / b;
  const std::int64_t columns = (in.w + b - 1) / b;
  const at::Tensor blocks = padded(tensor_of(x), rows * b, columns * b)
                                .permute({0, 2, 3, 1})
                                .reshape({in.n, rows, b, columns, b, in.c});
  return map(blocks.permute({0, 1, 3, 2, 4, 5})
                 .reshape({in.n, rows, columns, b * b * in.c})
                 .permute({0, 3, 1, 2}));
}

FeatureMap TorchSession::depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                                        std::int64_t width) {
  const FeatureShape& in = x.shape();
  const std::int64_t b = block;
  PD_CHECK(b > 0 && in.c % (b * b) == 0);
  PD_CHECK(height > 0 && height <= in.h * b && width > 0 && width <= in.w * b);
  const std::int64_t channels = in.c / (b * b);
  const at::Tensor blocks =
      tensor_of(x).permute({0, 2, 3, 1}).reshape({in.n, in.h, in.w, b, b, channels});
  return map(blocks.permute({0, 1, 3, 2, 4, 5})
                 .reshape({in.n, in.h * b, in.w * b, channels})
                 .narrow(1, 0, height)
                 .narrow(2, 0, width)
                 .permute({0, 3, 1, 2}));
}

FeatureMap TorchSession::concat(std::span<const FeatureMap> parts) {
  PD_CHECK(!parts.empty());
  std::vector<at::Tensor> tensors;
  for (const FeatureMap& part : parts) {
    FeatureShape shape = part.shape();
    shape.c = parts[0].shape().c;
    PD_CHECK(shape == parts[0].shape());
    tensors.push_back(tensor_of(part).to(storage_));
  }
  return map(at::cat(tensors, 1));
}

FeatureMap TorchSession::add(FeatureMap x, const FeatureMap& y, float scale) {
  const at::Tensor first = tensor_of(x);
  PD_CHECK(first.sizes() == tensor_of(y).sizes());
  return map(first.add(tensor_of(y), scale).to(first.scalar_type()));
}

}  // namespace promptdepth::torch_backend
