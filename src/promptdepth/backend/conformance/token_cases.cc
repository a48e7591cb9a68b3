#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/backend/conformance/attention_error.h"
#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/error_model.h"

namespace promptdepth {
namespace {

float largest_magnitude(const std::vector<float>& values) {
  float largest = 0.0F;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

// --- norms ---

/// Rows of deviation 1 around 0 and around 16, of deviation 1000, and of 0.001, where ε counts.
MapValues norm_rows(const std::string& name, FeatureShape shape, bool stored) {
  MapValues x = RandomOperands(name).map(shape, stored);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    const std::size_t row = i / static_cast<std::size_t>(shape.c);
    if (row % 5 == 3) x.values[i] = BFloat16::from_float(x.values[i] + 16.0F).to_float();
  }
  return x;
}

/// For y = x̂·w + b with x̂ = (x − mean)/s: rounding moves the mean by √c·u·Σ|x|/c and x − mean by
/// u·|x|, both divided by s, and s by √c·u relative.
void add_norm_row(const float* x, const std::vector<float>& weight, const std::vector<float>& bias,
                  float epsilon, SumsOfProducts& sums) {
  const auto count = static_cast<double>(weight.size());
  double sum = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    sum += x[i];
    size += std::abs(x[i]);
  }
  const double mean = sum / count;
  double squares = 0.0;
  for (std::size_t i = 0; i < weight.size(); ++i) squares += (x[i] - mean) * (x[i] - mean);
  const double deviation = std::sqrt(squares / count + static_cast<double>(epsilon));
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double moved = size / count + std::abs(x[i]) + std::abs(x[i] - mean);
    sums.magnitude.push_back(
        static_cast<float>(moved / deviation * std::abs(weight[i]) + std::abs(bias[i])));
  }
}

struct NormCase {
  FeatureShape in;
  bool patches_only = false;
  std::int64_t patch_rows = 0;
  bool stored = false;

  std::string name() const {
    return fmt::format("{}{}{}", in.to_string(),
                       patches_only ? fmt::format("_rows{}", patch_rows) : "",
                       stored ? "_stored" : "");
  }
};

SumsOfProducts norm_error(const NormCase& c, const MapValues& x, const LayerNormWeights& weights) {
  const std::vector<float> weight = weights.weight.to_floats();
  const std::vector<float> bias = weights.bias.to_floats();
  SumsOfProducts sums;
  sums.terms = static_cast<double>(c.in.c);
  for (std::int64_t row = 0; row < c.in.row_count(); ++row) {
    if (c.patches_only && row % c.in.w == 0) continue;
    add_norm_row(x.values.data() + row * c.in.c, weight, bias, weights.epsilon, sums);
  }
  return sums;
}

OperationCase norm_case(const NormCase& c) {
  RandomOperands random(c.name());
  LayerNormWeights weights;
  weights.name = "norm";
  weights.weight = random.around_one({c.in.c});
  weights.bias = random.normal({c.in.c}, 0.5F);
  const MapValues x = norm_rows(c.name(), c.in, c.stored);
  return {.name = c.name(),
          .run =
              [=](Runner& runner) {
                const LayerNorm& layer = runner.prepare(weights);
                if (!c.patches_only) return runner.session().layer_norm(runner.hold(x), layer);
                return runner.session().layer_norm_patches(runner.hold(x), layer, c.patch_rows,
                                                           (c.in.w - 1) / c.patch_rows);
              },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                return tolerance_of(norm_error(c, x, weights), arithmetic.precision, expected);
              },
          .dtype = in_storage};
}

OperationCases layer_norm_cases() {
  OperationCases result{"layer_norm", {}};
  for (const std::int64_t channels : {1, 3, 5, 8, 15, 16, 17, 32, 48, 64, 100, 384, 1536}) {
    result.cases.push_back(norm_case({.in = {1, 1, 7, channels}}));
    result.cases.push_back(norm_case({.in = {2, 3, 2, channels}, .stored = true}));
  }
  return result;
}

OperationCases layer_norm_patches_cases() {
  OperationCases result{"layer_norm_patches", {}};
  for (const bool stored : {false, true}) {
    for (const NormCase& c :
         {NormCase{{1, 1, 2, 17}, true, 1, stored}, NormCase{{2, 1, 7, 64}, true, 2, stored},
          NormCase{{2, 1, 16, 100}, true, 5, stored}}) {
      result.cases.push_back(norm_case(c));
    }
  }
  return result;
}

// --- attention ---

OperationCase attention_case(const AttentionExtents& extents, bool stored) {
  const FeatureShape in{extents.images, 1, extents.tokens, 3 * extents.heads * extents.width};
  const std::string name =
      fmt::format("{}_heads{}{}", in.to_string(), extents.heads, stored ? "_stored" : "");
  MapValues qkv = RandomOperands(name).map(in, stored);
  // Scores of very large rows would leave every softmax at one key: make large rows 4, not 1024.
  for (float& value : qkv.values) {
    if (std::abs(value) > 8.0F) value *= 0x1p-8F;
  }
  return {.name = name,
          .run =
              [=](Runner& runner) {
                return runner.session().attention(runner.hold(qkv),
                                                  static_cast<int>(extents.heads));
              },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                return attention_tolerance(extents, qkv.values, arithmetic, expected);
              },
          .dtype = in_storage};
}

OperationCases attention_cases() {
  OperationCases result{"attention", {}};
  for (const std::int64_t tokens : {1, 2, 15, 17, 100, 257, 600}) {
    result.cases.push_back(attention_case({1, tokens, 2, 64}, true));
    if (tokens > 300) continue;
    result.cases.push_back(attention_case({2, tokens, 1, 64}, false));
    result.cases.push_back(attention_case({1, tokens, 3, 32}, true));
  }
  for (const std::int64_t width : {8, 16, 48, 80, 128}) {
    result.cases.push_back(attention_case({1, 70, 2, width}, true));
  }
  return result;
}

// --- the rest ---

OperationCase swiglu_case(FeatureShape in, bool stored) {
  const std::string name = in.to_string() + (stored ? "_stored" : "");
  const MapValues x = RandomOperands(name).map(in, stored);
  const double largest = largest_magnitude(x.values);
  return {.name = name,
          .run = [=](Runner& runner) { return runner.session().swiglu(runner.hold(x)); },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                SumsOfProducts sums;
                sums.magnitude = {expected.begin(), expected.end()};
                sums.layer = sums.magnitude;
                sums.nonlinear = true;
                std::vector<double> result = tolerance_of(sums, arithmetic.precision, expected);
                // A sigmoid that is flushed to zero is then multiplied by both halves.
                for (double& error : result) error += kSmallestNormal * largest * largest;
                return result;
              },
          .dtype = in_storage};
}

OperationCases swiglu_cases() {
  OperationCases result{"swiglu", {}};
  for (const std::int64_t channels : {1, 3, 8, 15, 16, 17, 64, 100}) {
    result.cases.push_back(swiglu_case({1, 1, 7, 2 * channels}, false));
    result.cases.push_back(swiglu_case({2, 1, 5, 2 * channels}, true));
  }
  return result;
}

struct PositionCase {
  FeatureShape in;
  std::int64_t grid = 37;
  PositionConvention convention = PositionConvention::kOfficial;

  std::string name() const {
    return fmt::format("{}_grid{}{}", in.to_string(), grid,
                       convention == PositionConvention::kOfficial ? "" : "_huggingface");
  }
};

/// |patch| + the bicubic weights' absolute sum (at most 1.7 per axis) times the largest value.
std::vector<float> position_magnitude(const PositionEmbeddingWeights& weights, const MapValues& x) {
  const float largest =
      std::max(largest_magnitude(weights.position.to_floats()), largest_magnitude(x.values));
  const std::int64_t tokens = 1 + x.shape.h * x.shape.w;
  return std::vector<float>(static_cast<std::size_t>(x.shape.n * tokens * x.shape.c),
                            4.0F * largest);
}

OperationCase position_case(const PositionCase& c) {
  RandomOperands random(c.name());
  PositionEmbeddingWeights weights;
  weights.class_token_name = "cls_token";
  weights.class_token = random.normal({1, 1, c.in.c}, 1.0F);
  weights.position_name = "pos_embed";
  weights.position = random.normal({1, 1 + c.grid * c.grid, c.in.c}, 1.0F);
  weights.convention = c.convention;
  MapValues x = random.map(c.in, false);
  for (float& value : x.values) {
    if (std::abs(value) > 8.0F) value *= 0x1p-10F;
  }
  return {.name = c.name(),
          .run =
              [=](Runner& runner) {
                const PositionEmbedding& layer = runner.prepare(weights);
                return runner.session().embed_positions(runner.hold(x), layer);
              },
          .tolerance =
              [=](const Arithmetic& arithmetic, std::span<const float> expected) {
                SumsOfProducts sums;
                sums.terms = 16.0;
                sums.magnitude = position_magnitude(weights, x);
                sums.f32_result = true;
                return tolerance_of(sums, arithmetic.precision, expected);
              },
          .dtype = always_f32};
}

OperationCases position_cases() {
  OperationCases result{"embed_positions", {}};
  for (const auto convention : {PositionConvention::kOfficial, PositionConvention::kHuggingFace}) {
    for (const PositionCase& c :
         {PositionCase{{1, 1, 1, 5}, 4, convention}, PositionCase{{2, 4, 4, 16}, 4, convention},
          PositionCase{{2, 3, 6, 17}, 4, convention},
          PositionCase{{1, 8, 11, 48}, 37, convention}}) {
      result.cases.push_back(position_case(c));
    }
  }
  return result;
}

}  // namespace

std::vector<OperationCases> token_cases() {
  return {layer_norm_cases(), layer_norm_patches_cases(), attention_cases(), swiglu_cases(),
          position_cases()};
}

}  // namespace promptdepth
