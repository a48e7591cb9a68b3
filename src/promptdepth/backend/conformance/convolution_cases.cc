#include <utility>

#include <fmt/format.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/error_model.h"

namespace promptdepth {
namespace {

struct ConvCase {
  FeatureShape in;
  std::int64_t outputs = 1;
  int kernel = 3;
  int stride = 1;
  int padding = 1;
  bool bias = true;
  bool relu_input = false;
  Nonlinearity nonlinearity = Nonlinearity::kIdentity;
  Residual residual = Residual::kNone;
  bool f32_output = false;
  bool stored = false;
  bool stored_residual = false;

  FeatureShape out() const {
    const auto extent = [&](std::int64_t size) {
      return (size + 2 * static_cast<std::int64_t>(padding) - kernel) / stride + 1;
    };
    return {in.n, extent(in.h), extent(in.w), outputs};
  }

  std::string name() const {
    return fmt::format("{}to{}_k{}s{}p{}{}{}{}{}{}{}{}", in.to_string(), outputs, kernel, stride,
                       padding, bias ? "" : "_nobias", relu_input ? "_reluinput" : "",
                       suffix(nonlinearity), suffix(residual), f32_output ? "_f32" : "",
                       stored ? "_stored" : "", stored_residual ? "_residualstored" : "");
  }
};

struct ConvOperands {
  Conv2dWeights weights;
  MapValues x;
  MapValues residual;

  ConvOperands magnitudes() const {
    ConvOperands result = *this;
    result.weights.weight = transformed(weights.weight, magnitude);
    result.weights.bias = transformed(weights.bias, magnitude);
    result.x = x.transformed(magnitude);
    result.residual = residual.transformed(magnitude);
    return result;
  }
};

ConvOperands operands_of(const ConvCase& c) {
  RandomOperands random(c.name());
  ConvOperands result;
  result.weights.name = "layer";
  result.weights.weight = random.normal({c.outputs, c.in.c, c.kernel, c.kernel}, 0.5F);
  if (c.bias) result.weights.bias = random.normal({c.outputs}, 1.0F);
  result.weights.stride = c.stride;
  result.weights.padding = c.padding;
  result.x = random.map(c.in, c.stored);
  result.residual = random.map(c.out(), c.stored_residual);
  return result;
}

FeatureMap run_conv(Runner& runner, const ConvOperands& operands, const ConvCase& c) {
  Conv2dOptions options;
  options.relu_input = c.relu_input;
  options.nonlinearity = c.nonlinearity;
  options.f32_output = c.f32_output;
  if (c.residual == Residual::kGiven) options.residual = runner.give(operands.residual);
  if (c.residual == Residual::kHeld) options.residual = runner.hold(operands.residual);
  const Conv2d& layer = runner.prepare(operands.weights);
  return runner.session().conv2d(runner.hold(operands.x), layer, std::move(options));
}

std::vector<float> conv_on_reference(const ConvOperands& operands, ConvCase c) {
  c.nonlinearity = Nonlinearity::kIdentity;
  return on_reference([&](Runner& runner) { return run_conv(runner, operands, c); });
}

OperationCase conv_case(const ConvCase& c) {
  const ConvOperands operands = operands_of(c);
  const bool f32_residual = c.residual != Residual::kNone && !c.stored_residual;
  const bool f32_result = c.f32_output || f32_residual;
  return {.name = c.name(),
          .run = [=](Runner& runner) { return run_conv(runner, operands, c); },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                ConvCase layer = c;
                layer.residual = Residual::kNone;
                SumsOfProducts sums;
                sums.terms = static_cast<double>(c.in.c * c.kernel * c.kernel);
                sums.magnitude = conv_on_reference(operands.magnitudes(), c);
                sums.layer = conv_on_reference(operands, layer);
                sums.f32_result = f32_result;
                sums.f32_layer = c.f32_output;
                sums.nonlinear = c.nonlinearity != Nonlinearity::kIdentity && !c.f32_output;
                return tolerance_of(sums, arithmetic.precision, expected);
              },
          .dtype = f32_result ? always_f32 : in_storage};
}

void add_channel_cases(std::vector<ConvCase>& table) {
  for (const std::int64_t channels : {1, 2, 3, 5, 8, 15, 16, 17, 32, 48, 64, 100}) {
    table.push_back({.in = {1, 5, 7, channels}, .outputs = 16});
    table.push_back({.in = {2, 4, 3, 16}, .outputs = channels, .stored = true});
    table.push_back({.in = {1, 3, 5, channels}, .outputs = 17, .kernel = 1, .padding = 0});
  }
}

void add_geometry_cases(std::vector<ConvCase>& table) {
  for (const std::int64_t height : {1, 2, 7, 8}) {
    table.push_back({.in = {2, height, 9, 8}, .outputs = 24, .stride = 2, .stored = true});
    table.push_back({.in = {1, height, 33, 16}, .outputs = 8});
  }
  table.push_back({.in = {1, 28, 42, 3}, .outputs = 20, .kernel = 14, .stride = 14, .padding = 0});
  table.push_back({.in = {1, 7, 8, 4}, .outputs = 6, .padding = 0});
  table.push_back({.in = {1, 6, 7, 16}, .outputs = 16, .kernel = 1, .stride = 2, .padding = 0});
  table.push_back({.in = {2, 21, 29, 64}, .outputs = 64, .stored = true});
}

void add_fusion_cases(std::vector<ConvCase>& table) {
  const ConvCase plain{.in = {2, 6, 7, 32}, .outputs = 32, .stored = true};
  for (const auto nonlinearity : {Nonlinearity::kRelu, Nonlinearity::kLeakyRelu,
                                  Nonlinearity::kGelu, Nonlinearity::kSigmoid}) {
    ConvCase c = plain;
    c.nonlinearity = nonlinearity;
    table.push_back(c);
    c.residual = Residual::kGiven;
    c.stored_residual = true;
    table.push_back(c);
    c.residual = Residual::kNone;
    c.stored_residual = false;
    c.f32_output = true;
    c.outputs = 1;
    table.push_back(c);
  }
  for (const auto residual : {Residual::kGiven, Residual::kHeld}) {
    for (const bool stored_residual : {false, true}) {
      for (const bool relu_input : {false, true}) {
        ConvCase c = plain;
        c.residual = residual;
        c.stored_residual = stored_residual;
        c.relu_input = relu_input;
        table.push_back(c);
      }
    }
  }
  ConvCase rectified = plain;
  rectified.relu_input = true;
  rectified.nonlinearity = Nonlinearity::kRelu;
  table.push_back(rectified);
  rectified.stored = false;
  table.push_back(rectified);
  ConvCase without_bias = plain;
  without_bias.bias = false;
  table.push_back(without_bias);
  table.push_back({.in = {1, 9, 11, 32}, .outputs = 4, .f32_output = true, .stored = true});
}

struct TransposeCase {
  FeatureShape in;
  std::int64_t outputs = 1;
  std::int64_t kernel = 2;
  bool bias = true;
  bool stored = true;

  std::string name() const {
    return fmt::format("{}to{}_k{}{}{}", in.to_string(), outputs, kernel, bias ? "" : "_nobias",
                       stored ? "_stored" : "");
  }
};

std::vector<float> transpose_magnitude(ConvTranspose2dWeights weights, MapValues x) {
  weights.weight = transformed(weights.weight, magnitude);
  weights.bias = transformed(weights.bias, magnitude);
  x = x.transformed(magnitude);
  return on_reference([&](Runner& runner) {
    const ConvTranspose2d& layer = runner.prepare(weights);
    return runner.session().conv_transpose2d(runner.hold(x), layer);
  });
}

OperationCase transpose_case(const TransposeCase& c) {
  RandomOperands random(c.name());
  ConvTranspose2dWeights weights;
  weights.name = "layer";
  weights.weight = random.normal({c.in.c, c.outputs, c.kernel, c.kernel}, 0.5F);
  if (c.bias) weights.bias = random.normal({c.outputs}, 1.0F);
  const MapValues x = random.map(c.in, c.stored);
  return {.name = c.name(),
          .run =
              [=](Runner& runner) {
                const ConvTranspose2d& layer = runner.prepare(weights);
                return runner.session().conv_transpose2d(runner.hold(x), layer);
              },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                SumsOfProducts sums;
                sums.terms = static_cast<double>(c.in.c);
                sums.magnitude = transpose_magnitude(weights, x);
                return tolerance_of(sums, arithmetic.precision, expected);
              },
          .dtype = in_storage};
}

std::vector<TransposeCase> transpose_table() {
  std::vector<TransposeCase> table;
  for (const std::int64_t channels : {1, 3, 8, 15, 16, 17, 48, 96}) {
    table.push_back({.in = {1, 3, 5, channels}, .outputs = channels, .kernel = 4});
    table.push_back({.in = {2, 5, 2, channels}, .outputs = 20, .stored = false});
    table.push_back({.in = {1, 2, 7, 32}, .outputs = channels});
  }
  table.push_back({.in = {1, 2, 3, 16}, .outputs = 16, .bias = false});
  return table;
}

}  // namespace

std::vector<OperationCases> convolution_cases() {
  std::vector<ConvCase> table;
  add_channel_cases(table);
  add_geometry_cases(table);
  add_fusion_cases(table);
  OperationCases conv2d{"conv2d", {}};
  for (const ConvCase& c : table) conv2d.cases.push_back(conv_case(c));
  OperationCases conv_transpose2d{"conv_transpose2d", {}};
  for (const TransposeCase& c : transpose_table()) {
    conv_transpose2d.cases.push_back(transpose_case(c));
  }
  return {std::move(conv2d), std::move(conv_transpose2d)};
}

}  // namespace promptdepth
