#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/compact.h"
#include "promptdepth/network/prompt_depth_anything.h"
#include "promptdepth/network/prompting_designs.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

// Whole networks at a tiny size. With L = Σ r·y and r = ±1, the derivative of L by every parameter
// tensor p along v = ±p, as autograd has it, against (L(p + hv) − L(p − hv))/2h on the reference.

namespace promptdepth {
namespace {

constexpr double kStep = 0x1p-13;

/// Some units with a kink change sides within the step: about h of them, so that a derivative is
/// off by some hundredths of what its contributions add up to at random.
constexpr double kShareOfKinks = 0.05;

struct TinyNetwork {
  std::vector<TensorInfo> tensors;
  std::int64_t height;
  std::int64_t width;
};

TinyNetwork tiny_compact() {
  return {Compact::manifest({.channels = {4, 6, 8}, .propagations = 2}).tensors(), 13, 18};
}

TinyNetwork tiny_prompt_depth_anything(std::string_view prompting) {
  PromptDepthAnythingConfig config;
  config.prompting = prompting_design(prompting).name;
  config.encoder.width = 64;
  config.encoder.depth = 4;
  config.encoder.hidden = 48;
  config.encoder.position_grid = 3;
  config.decoder.encoder_width = 64;
  config.decoder.neck = {6, 6, 8, 8};
  config.decoder.features = 8;
  config.decoder.head_hidden = 4;
  return {PromptDepthAnything::manifest(config).tensors(), 28, 42};
}

std::vector<float> random_values(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = random.uniform();
  return values;
}

/// ±1, the same for the same count.
std::vector<float> signs(std::int64_t count) {
  std::vector<float> values = random_values(count, 4);
  for (float& value : values) value = value < 0.5F ? -1.0F : 1.0F;
  return values;
}

FeatureMap forward(Session& session, const Network& network, const TinyNetwork& tiny) {
  const auto upload = [&](FeatureShape shape, std::uint64_t seed) {
    return session.upload(random_values(shape.element_count(), seed), shape);
  };
  return network.forward(session, {.image = upload({2, tiny.height, tiny.width, 3}, 1),
                                   .prompt = upload({2, 5, 7, 1}, 2),
                                   .measured = upload({2, 5, 7, 1}, 3)});
}

/// What the reference computes with one tensor moved by `step` along its direction.
std::vector<float> reference_at(const TinyNetwork& tiny, const std::string& moved, double step) {
  const std::unique_ptr<WeightFile> seeded = seeded_weights(tiny.tensors);
  MemoryWeights weights;
  for (const TensorInfo& tensor : tiny.tensors) {
    std::vector<float> values = seeded->read(tensor.name).to_floats();
    if (tensor.name == moved) {
      const std::vector<float> direction = signs(tensor.shape.element_count());
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] += static_cast<float>(step) * direction[i] * values[i];
      }
    }
    weights.add(tensor.name, HostTensor::from_floats(tensor.shape, std::move(values)));
  }
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const auto network = build_network(weights, *backend);
  const auto session = backend->make_session();
  const FeatureMap y = forward(*session, *network, tiny);
  std::vector<float> values(static_cast<std::size_t>(y.shape().element_count()));
  session->download(y, values);
  return values;
}

struct Difference {
  double derivative = 0.0;
  double error = 0.0;
};

/// Values of L are off by some roundings of each y.
Difference by_differences(const TinyNetwork& tiny, const std::string& name) {
  const std::vector<float> above = reference_at(tiny, name, kStep);
  const std::vector<float> below = reference_at(tiny, name, -kStep);
  const std::vector<float> r = signs(static_cast<std::int64_t>(above.size()));
  Difference result;
  double slopes = 0.0;
  double values = 0.0;
  for (std::size_t i = 0; i < above.size(); ++i) {
    const double slope = (static_cast<double>(above[i]) - below[i]) / (2.0 * kStep);
    result.derivative += r[i] * slope;
    slopes += slope * slope;
    values += static_cast<double>(above[i]) * above[i];
  }
  result.error = kShareOfKinks * std::sqrt(slopes) + 8.0 * 0x1p-24 * std::sqrt(values) / kStep;
  return result;
}

/// Σ ∂L/∂p·v.
double along_direction(const at::Tensor& gradient, const at::Tensor& parameter) {
  const at::Tensor g = gradient.contiguous();
  const std::vector<float> direction = signs(g.numel());
  double sum = 0.0;
  for (std::size_t i = 0; i < direction.size(); ++i) {
    sum +=
        static_cast<double>(g.data_ptr<float>()[i]) * direction[i] * parameter.data_ptr<float>()[i];
  }
  return sum;
}

using Choice = std::function<bool(const std::string& parameter)>;

bool is_any(const std::string& /*parameter*/) { return true; }

void expect_gradients(const TinyNetwork& tiny, const Choice& is_tested = is_any) {
  TorchBackend backend({.precision = Precision::kF32, .trainable = true});
  const auto network = build_network(*seeded_weights(tiny.tensors), backend);
  const auto session = backend.make_session();
  const FeatureMap depth = forward(*session, *network, tiny);
  const at::Tensor y = tensor_of(depth);
  const std::vector<float> r = signs(y.numel());
  const at::Tensor upstream = at::empty(y.sizes(), at::kFloat);
  std::copy(r.begin(), r.end(), upstream.data_ptr<float>());

  std::vector<at::Tensor> parameters;
  for (const auto& [name, parameter] : backend.parameters()) parameters.push_back(parameter);
  const auto gradients = torch::autograd::grad({y}, parameters, {upstream});
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& name = backend.parameters()[i].first;
    if (!is_tested(name)) continue;
    const Difference expected = by_differences(tiny, name);
    EXPECT_NEAR(along_direction(gradients[i], parameters[i]), expected.derivative, expected.error)
        << name;
  }
}

TEST(NetworkGradients, OfTheCompactNetwork) { expect_gradients(tiny_compact()); }

TEST(NetworkGradients, OfPromptDepthAnything) {
  expect_gradients(tiny_prompt_depth_anything("fusion"));
}

/// A design's own parameters and the encoder's that lie before them; one block stands for all.
bool is_of_design_or_before_it(const std::string& name) {
  const bool of_first_block = name.find(".blocks.0.") != std::string::npos;
  const bool of_a_block = name.find(".blocks.") != std::string::npos;
  return of_first_block || (name.starts_with("prompting.") && !of_a_block);
}

TEST(NetworkGradients, OfEveryPromptingDesign) {
  for (const char* design : {"adaln", "cross_attention", "controlnet"}) {
    expect_gradients(tiny_prompt_depth_anything(design), is_of_design_or_before_it);
  }
}

}  // namespace
}  // namespace promptdepth
