#include <utility>

#include <fmt/format.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/error_model.h"

namespace promptdepth {
namespace {

struct LinearCase {
  FeatureShape in;
  std::int64_t outputs = 1;
  bool bias = true;
  bool scale = false;
  Nonlinearity nonlinearity = Nonlinearity::kIdentity;
  Residual residual = Residual::kNone;
  bool stored = false;           ///< The input.
  bool stored_residual = false;  ///< Only where there is one.

  std::string name() const {
    return fmt::format("{}to{}{}{}{}{}{}{}", in.to_string(), outputs, bias ? "" : "_nobias",
                       scale ? "_scale" : "", suffix(nonlinearity), suffix(residual),
                       stored ? "_stored" : "", stored_residual ? "_residualstored" : "");
  }
};

struct LinearOperands {
  LinearWeights weights;
  MapValues x;
  MapValues residual;

  LinearOperands transformed_by(float (*f)(float)) const {
    LinearOperands result = *this;
    for (HostTensor* tensor :
         {&result.weights.weight, &result.weights.bias, &result.weights.scale}) {
      *tensor = transformed(*tensor, f);
    }
    result.x = x.transformed(f);
    result.residual = residual.transformed(f);
    return result;
  }
};

LinearOperands operands_of(const LinearCase& c) {
  RandomOperands random(c.name());
  LinearOperands result;
  result.weights.name = "layer";
  result.weights.weight = random.normal({c.outputs, c.in.c}, 0.5F);
  if (c.bias) result.weights.bias = random.normal({c.outputs}, 1.0F);
  if (c.scale) {
    result.weights.scale_name = "layer_scale.gamma";
    result.weights.scale = random.around_one({c.outputs});
  }
  result.x = random.map(c.in, c.stored);
  FeatureShape out = c.in;
  out.c = c.outputs;
  result.residual = random.map(out, c.stored_residual);
  return result;
}

FeatureMap run_linear(Runner& runner, const LinearOperands& operands, Nonlinearity nonlinearity,
                      Residual residual) {
  LinearOptions options;
  options.nonlinearity = nonlinearity;
  if (residual == Residual::kGiven) options.residual = runner.give(operands.residual);
  if (residual == Residual::kHeld) options.residual = runner.hold(operands.residual);
  const Linear& layer = runner.prepare(operands.weights);
  return runner.session().linear(runner.hold(operands.x), layer, std::move(options));
}

std::vector<float> plain_linear(const LinearOperands& operands, Residual residual) {
  return on_reference([&](Runner& runner) {
    return run_linear(runner, operands, Nonlinearity::kIdentity, residual);
  });
}

OperationCase linear_case(const LinearCase& c) {
  const LinearOperands operands = operands_of(c);
  const bool f32_result = c.residual != Residual::kNone && !c.stored_residual;
  return {
      .name = c.name(),
      .run =
          [=](Runner& runner) { return run_linear(runner, operands, c.nonlinearity, c.residual); },
      .tolerance =
          [=](const Arithmetic& arithmetic, std::span<const float> expected) {
            SumsOfProducts sums;
            sums.terms = static_cast<double>(c.in.c);
            sums.magnitude = plain_linear(operands.transformed_by(magnitude), c.residual);
            sums.layer = plain_linear(operands, Residual::kNone);
            if (c.scale) {
              sums.squares = plain_linear(operands.transformed_by(square), Residual::kNone);
            }
            sums.f32_result = f32_result;
            sums.nonlinear = c.nonlinearity != Nonlinearity::kIdentity;
            return tolerance_of(sums, arithmetic.precision, expected);
          },
      .dtype = f32_result ? always_f32 : in_storage};
}

std::vector<LinearCase> linear_table() {
  std::vector<LinearCase> table;
  for (const std::int64_t channels : {1, 2, 3, 5, 8, 15, 16, 17, 32, 48, 64, 100}) {
    table.push_back({.in = {1, 1, 5, channels}, .outputs = 17});
    table.push_back({.in = {2, 1, 7, 33}, .outputs = channels, .stored = true});
  }
  for (const auto nonlinearity : {Nonlinearity::kRelu, Nonlinearity::kLeakyRelu,
                                  Nonlinearity::kGelu, Nonlinearity::kSigmoid}) {
    table.push_back({.in = {1, 1, 9, 20}, .outputs = 31, .nonlinearity = nonlinearity});
  }
  for (const auto residual : {Residual::kGiven, Residual::kHeld}) {
    table.push_back({.in = {2, 1, 6, 48}, .outputs = 40, .scale = true, .residual = residual});
    table.push_back({.in = {1, 1, 6, 48},
                     .outputs = 33,
                     .scale = true,
                     .residual = residual,
                     .stored = true,
                     .stored_residual = true});
  }
  table.push_back({.in = {1, 3, 5, 8},
                   .outputs = 8,
                   .nonlinearity = Nonlinearity::kGelu,
                   .residual = Residual::kGiven});
  table.push_back({.in = {1, 1, 7, 16}, .outputs = 16, .bias = false});
  table.push_back({.in = {1, 1, 1, 384}, .outputs = 1536, .nonlinearity = Nonlinearity::kGelu});
  table.push_back({.in = {1, 1, 101, 1536},
                   .outputs = 96,
                   .scale = true,
                   .residual = Residual::kGiven,
                   .stored = true});
  table.push_back({.in = {2, 1, 257, 64}, .outputs = 192, .stored = true});
  return table;
}

struct PatchEmbedCase {
  FeatureShape in;
  std::int64_t patch = 14;
  std::int64_t outputs = 1;

  std::string name() const { return fmt::format("{}_patch{}to{}", in.to_string(), patch, outputs); }
};

FeatureMap run_patch_embed(Runner& runner, const PatchEmbedWeights& weights,
                           const MapValues& image) {
  const PatchEmbed& layer = runner.prepare(weights);
  return runner.session().patch_embed(runner.hold(image), layer);
}

/// Σ|w|·(|x| + |mean|)/std + |b|, also where a backend folds the normalisation into weights and
/// bias.
std::vector<float> patch_embed_magnitude(PatchEmbedWeights weights, const MapValues& image) {
  weights.weight = transformed(weights.weight, magnitude);
  weights.bias = transformed(weights.bias, magnitude);
  for (float& mean : weights.mean) mean = -std::abs(mean);
  return on_reference([&](Runner& runner) { return run_patch_embed(runner, weights, image); });
}

/// Σ(w·(|x| + |mean|)/std)².
std::vector<float> patch_embed_squares(PatchEmbedWeights weights, MapValues image) {
  for (std::size_t i = 0; i < image.values.size(); ++i) {
    image.values[i] =
        square((std::abs(image.values[i]) + std::abs(weights.mean[i % 3])) / weights.std[i % 3]);
  }
  weights.weight = transformed(weights.weight, square);
  weights.bias = HostTensor::filled(weights.bias.shape(), 0.0F);
  for (float& mean : weights.mean) mean = 0.0F;
  for (float& std : weights.std) std = 1.0F;
  return on_reference([&](Runner& runner) { return run_patch_embed(runner, weights, image); });
}

OperationCase patch_embed_case(const PatchEmbedCase& c) {
  RandomOperands random(c.name());
  PatchEmbedWeights weights;
  weights.name = "layer";
  weights.weight = random.normal({c.outputs, 3, c.patch, c.patch}, 0.1F);
  weights.bias = random.normal({c.outputs}, 1.0F);
  const MapValues image = random.image(c.in);
  return {.name = c.name(),
          .run = [=](Runner& runner) { return run_patch_embed(runner, weights, image); },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                SumsOfProducts sums;
                sums.terms = static_cast<double>(3 * c.patch * c.patch);
                sums.magnitude = patch_embed_magnitude(weights, image);
                sums.layer = {expected.begin(), expected.end()};
                sums.squares = patch_embed_squares(weights, image);
                sums.f32_result = true;
                return tolerance_of(sums, arithmetic.precision, expected);
              },
          .dtype = always_f32};
}

}  // namespace

std::vector<OperationCases> product_cases() {
  OperationCases linear{"linear", {}};
  for (const LinearCase& c : linear_table()) linear.cases.push_back(linear_case(c));
  OperationCases patch_embed{"patch_embed", {}};
  for (const PatchEmbedCase& c :
       {PatchEmbedCase{{1, 14, 14, 3}, 14, 1}, PatchEmbedCase{{2, 28, 42, 3}, 14, 17},
        PatchEmbedCase{{1, 14, 28, 3}, 14, 100}, PatchEmbedCase{{1, 28, 14, 3}, 14, 384},
        PatchEmbedCase{{1, 6, 4, 3}, 2, 5}}) {
    patch_embed.cases.push_back(patch_embed_case(c));
  }
  return {std::move(linear), std::move(patch_embed)};
}

}  // namespace promptdepth
