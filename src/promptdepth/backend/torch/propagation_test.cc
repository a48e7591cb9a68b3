#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

class TorchPropagation : public TorchFixture {};

/// Closed form at the pixel between two others: y = (s·x₁ + 3·x₀ + 3·x₂ + 2·x₁)/(s + 8), s = eᵏ.
TEST_F(TorchPropagation, DerivativesOfEqualLogitsAreTheWeights) {
  const FeatureMap x = map({1, 1, 3, 1}, {2, 5, 11});
  const FeatureMap logits = map({1, 1, 3, 9}, std::vector<float>(27, 0.0F));
  tensor_of(x).requires_grad_(true);
  tensor_of(logits).requires_grad_(true);
  const at::Tensor y = tensor_of(session_->propagate(x, logits, 1)).flatten();
  const auto gradients = torch::autograd::grad({y.select(0, 1)}, {tensor_of(x), tensor_of(logits)});
  const float total = std::exp(kCentreTapLogit) + 8;
  EXPECT_NEAR(gradients[0].flatten().select(0, 0).item<float>(), 3 / total, 1e-6F);
  EXPECT_NEAR(gradients[0].flatten().select(0, 1).item<float>(), 1 - 6 / total, 1e-6F);
  EXPECT_NEAR(gradients[0].flatten().select(0, 2).item<float>(), 3 / total, 1e-6F);
  const float mean = y.select(0, 1).item<float>();
  const at::Tensor of_logits = gradients[1].select(3, 1).flatten();
  EXPECT_NEAR(of_logits.select(0, 3).item<float>(), (2 - mean) / total, 1e-6F);
  EXPECT_NEAR(of_logits.select(0, 8).item<float>(), (11 - mean) / total, 1e-6F);
  EXPECT_EQ(gradients[1].select(3, 0).abs().sum().item<float>(), 0);
}

}  // namespace
}  // namespace promptdepth
