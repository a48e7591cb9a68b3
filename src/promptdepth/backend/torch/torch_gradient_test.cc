#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "promptdepth/backend/conformance/conformance.h"
#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/base/random.h"

// Directional derivatives of L = Σ r·y, with r = ±1, of every conformance case: by all its operands
// x at once, along v = ±|x|. What autograd says, Σ ∂L/∂x·v, is held against the central difference
// of the reference, (L(x + hv) − L(x − hv))/2h. The operands are numbers of bfloat16 and h a power
// of two, so x ± hv is exact. Rows of a thousand times the usual size are brought back to it: for
// nonlinearities a step there would be as good as a jump.

namespace promptdepth {
namespace {

constexpr double kStep = 0x1p-10;
constexpr float kLargest = 8.0F;

float sign(Random& random) { return random.chance(0.5F) ? 1.0F : -1.0F; }

/// Moves every operand by `step` along the direction, and collects the direction.
class MovedRunner : public Runner {
 public:
  MovedRunner(Backend& backend, double step) : Runner(backend), step_(static_cast<float>(step)) {}

 protected:
  MapValues values_for(const MapValues& operand) override {
    MapValues moved = operand;
    move(moved.values);
    return moved;
  }
  HostTensor values_for(const HostTensor& weight) override {
    std::vector<float> values = weight.to_floats();
    move(values);
    return HostTensor::from_floats(weight.shape(), std::move(values));
  }
  virtual void direction_of(std::vector<float> /*direction*/) {}

 private:
  void move(std::vector<float>& values) {
    std::vector<float> direction;
    for (float& value : values) {
      if (std::abs(value) > kLargest) value *= 0x1p-10F;
      direction.push_back(sign(random_) * value);
      value += step_ * direction.back();
    }
    direction_of(std::move(direction));
  }

  float step_;
  Random random_{1};
};

/// Stays where it is, and asks for the operands' gradients.
class GradientRunner : public MovedRunner {
 public:
  explicit GradientRunner(TorchBackend& backend) : MovedRunner(backend, 0.0), backend_(backend) {}

  struct Operand {
    std::vector<float> direction;
    at::Tensor map;  ///< Undefined for a parameter.
  };

  /// In the order in which the case asked for them.
  const std::vector<Operand>& operands() const { return operands_; }

  /// The tensors to differentiate by: the backend has its parameters in the same order.
  std::vector<at::Tensor> inputs() const {
    std::vector<at::Tensor> result;
    auto parameter = backend_.parameters().begin();
    for (const Operand& operand : operands_) {
      result.push_back(operand.map.defined() ? operand.map : (parameter++)->second);
    }
    return result;
  }

 protected:
  void direction_of(std::vector<float> direction) override {
    operands_.push_back({std::move(direction), {}});
  }
  FeatureMap upload(const MapValues& operand) override {
    FeatureMap result = Runner::upload(operand);
    operands_.back().map = tensor_of(result).requires_grad_(true);
    return result;
  }

 private:
  TorchBackend& backend_;
  std::vector<Operand> operands_;
};

std::vector<double> signs(std::size_t count) {
  Random random(2);
  std::vector<double> result(count);
  for (double& value : result) value = sign(random);
  return result;
}

/// A map's values in NHWC order, a parameter's as they are stored.
std::vector<float> values_of(const at::Tensor& tensor, bool is_map) {
  const at::Tensor ordered = is_map ? tensor.permute({0, 2, 3, 1}) : tensor;
  const at::Tensor values = ordered.to(at::kFloat).contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

struct Derivative {
  double value = 0.0;
  double size = 0.0;  ///< Root of the summed squares of the contributions.
};

Derivative summed(const std::vector<double>& contributions) {
  Derivative result;
  double squares = 0.0;
  for (const double x : contributions) {
    result.value += x;
    squares += x * x;
  }
  result.size = std::sqrt(squares);
  return result;
}

std::vector<float> reference_at(const OperationCase& operation, double step) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  MovedRunner runner(*backend, step);
  return runner.download(operation.run(runner));
}

/// The derivative by central differences, and what float32 results leave of its accuracy in
/// `rounding`.
Derivative by_differences(const OperationCase& operation, double& rounding) {
  const std::vector<float> above = reference_at(operation, kStep);
  const std::vector<float> below = reference_at(operation, -kStep);
  const std::vector<double> r = signs(above.size());
  std::vector<double> contributions;
  double squares = 0.0;
  for (std::size_t i = 0; i < above.size(); ++i) {
    contributions.push_back(r[i] * (static_cast<double>(above[i]) - below[i]) / (2.0 * kStep));
    squares += static_cast<double>(above[i]) * above[i];
  }
  rounding = kF32Unit * std::sqrt(squares) / kStep;
  return summed(contributions);
}

Derivative by_autograd(const OperationCase& operation, Precision precision) {
  TorchBackend backend({.precision = precision, .trainable = true});
  GradientRunner runner(backend);
  const FeatureMap result = operation.run(runner);
  const at::Tensor y = tensor_of(result);
  const std::vector<double> r = signs(static_cast<std::size_t>(y.numel()));
  const at::Tensor upstream = at::empty({y.size(0), y.size(2), y.size(3), y.size(1)}, at::kFloat);
  std::copy(r.begin(), r.end(), upstream.data_ptr<float>());
  const auto gradients = torch::autograd::grad(
      {y}, runner.inputs(), {upstream.permute({0, 3, 1, 2}).to(y.scalar_type())});

  std::vector<double> contributions;
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const auto& [direction, map] = runner.operands()[k];
    const std::vector<float> gradient = values_of(gradients[k], map.defined());
    for (std::size_t i = 0; i < direction.size(); ++i) {
      contributions.push_back(static_cast<double>(gradient[i]) * direction[i]);
    }
  }
  return summed(contributions);
}

/// Differences are no derivatives where a step crosses a kink; convolution_ops_test.cc looks at
/// those.
bool has_kinks(const OperationCase& operation) {
  return operation.name.find("relu") != std::string::npos ||
         operation.name.find("leaky") != std::string::npos;
}

class TorchGradients : public ::testing::TestWithParam<OperationCases> {
 protected:
  /// `accuracy` is the relative error of a contribution.
  static void expect_gradients(Precision precision, double accuracy) {
    for (const OperationCase& operation : GetParam().cases) {
      if (has_kinks(operation)) continue;
      SCOPED_TRACE(operation.name);
      double rounding = 0.0;
      const Derivative expected = by_differences(operation, rounding);
      const Derivative found = by_autograd(operation, precision);
      EXPECT_NEAR(found.value, expected.value,
                  accuracy * (found.size + expected.size) + kStandardDeviations * rounding);
    }
  }
};

/// Contributions have errors of some float32 roundings, and of the difference's third order, h²
/// times a small number.
TEST_P(TorchGradients, AgreeWithDifferencesOfTheReferenceInFloat32) {
  expect_gradients(Precision::kF32, 0x1p-12);
}

/// Four roundings each, at six standard deviations. The scores of attention may be off by more than
/// that, being large and rounded before the exponential.
TEST_P(TorchGradients, AgreeWithDifferencesOfTheReferenceInBFloat16) {
  if (GetParam().operation == "attention") GTEST_SKIP() << "scores are rounded";
  expect_gradients(Precision::kBF16, 4.0 * kStandardDeviations * kBF16Unit);
}

INSTANTIATE_TEST_SUITE_P(Operations, TorchGradients, ::testing::ValuesIn(conformance_cases()),
                         name_of_cases<::testing::TestParamInfo<OperationCases>>);

}  // namespace
}  // namespace promptdepth
