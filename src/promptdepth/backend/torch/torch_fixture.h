#pragma once

#include <functional>
#include <vector>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {

/// A trainable backend in one precision, and values in and out of its maps.
class TorchFixture : public ::testing::Test {
 protected:
  explicit TorchFixture(Precision precision = Precision::kF32)
      : backend_({.precision = precision, .trainable = true}) {}

  FeatureMap map(FeatureShape shape, const std::vector<float>& values) {
    return session_->upload(values, shape);
  }

  /// A map by which one can differentiate.
  FeatureMap variable(FeatureShape shape, const std::vector<float>& values) {
    FeatureMap result = map(shape, values);
    tensor_of(result).requires_grad_(true);
    return result;
  }

  static HostTensor tensor(Shape shape, std::vector<float> values) {
    return HostTensor::from_floats(shape, std::move(values));
  }

  std::vector<float> values(const FeatureMap& x) {
    std::vector<float> result(static_cast<std::size_t>(x.shape().element_count()));
    session_->download(x, result);
    return result;
  }

  /// ∂(Σ y)/∂x in storage order.
  static std::vector<float> gradient_of_sum(const FeatureMap& y, const at::Tensor& x) {
    const auto gradient =
        torch::autograd::grad({tensor_of(y).to(at::kFloat).sum()}, {x}).at(0).to(at::kFloat);
    const at::Tensor ordered =
        x.dim() == 4 ? gradient.permute({0, 2, 3, 1}).contiguous() : gradient.contiguous();
    return {ordered.data_ptr<float>(), ordered.data_ptr<float>() + ordered.numel()};
  }
  static std::vector<float> gradient_of_sum(const FeatureMap& y, const FeatureMap& x) {
    return gradient_of_sum(y, tensor_of(x));
  }

  static void expect_refused(const std::function<void()>& action) {
    try {
      action();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInternal);
    }
  }

  TorchBackend backend_;
  std::unique_ptr<Session> session_ = backend_.make_session();
};

}  // namespace promptdepth
