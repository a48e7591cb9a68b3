#include <algorithm>
#include <cmath>
#include <vector>

#include "promptdepth/backend/interpolation.h"
#include "promptdepth/backend/reference/reference_layers.h"
#include "promptdepth/backend/reference/reference_session.h"

namespace promptdepth::reference {
namespace {

/// (x − mean)/std per colour channel.
std::vector<float> normalized(std::span<const float> image, const PreparedPatchEmbed& layer) {
  std::vector<float> result(image.size());
  for (std::size_t j = 0; j < image.size(); ++j) {
    result[j] = (image[j] - layer.mean[j % 3]) / layer.std[j % 3];
  }
  return result;
}

/// y = (x − mean)/sqrt(var + ε)·w + b with mean = Σx/c and var = Σ(x − mean)²/c.
void normalize_row(const float* x, const PreparedLayerNorm& layer, float* y) {
  const std::size_t channels = layer.weight.size();
  const auto count = static_cast<double>(channels);
  double sum = 0.0;
  for (std::size_t i = 0; i < channels; ++i) sum += x[i];
  const double mean = sum / count;
  double squares = 0.0;
  for (std::size_t i = 0; i < channels; ++i) squares += (x[i] - mean) * (x[i] - mean);
  const double deviation = std::sqrt(squares / count + static_cast<double>(layer.epsilon));
  for (std::size_t i = 0; i < channels; ++i) {
    y[i] = static_cast<float>((x[i] - mean) / deviation * layer.weight[i] + layer.bias[i]);
  }
}

/// Where the queries, keys and values of one head of one image lie; rows are `stride` apart.
struct Head {
  const float* queries;
  const float* keys;
  const float* values;
  std::int64_t tokens;
  std::int64_t width;
  std::int64_t stride;
};

/// p[j] = exp(s[j] − max s)/Σ exp(s − max s) with s[j] = q·k[j]/sqrt(width).
std::vector<double> attention_weights(const Head& head, const float* query) {
  std::vector<double> weights(static_cast<std::size_t>(head.tokens));
  for (std::int64_t j = 0; j < head.tokens; ++j) {
    weights[static_cast<std::size_t>(j)] = dot(query, head.keys + j * head.stride, head.width) /
                                           std::sqrt(static_cast<double>(head.width));
  }
  const double highest = *std::max_element(weights.begin(), weights.end());
  double total = 0.0;
  for (double& weight : weights) total += weight = std::exp(weight - highest);
  for (double& weight : weights) weight /= total;
  return weights;
}

/// y[i] = Σ_j p[j]·v[j][i].
void attend(const Head& head, const float* query, float* y) {
  const std::vector<double> weights = attention_weights(head, query);
  std::vector<double> sums(static_cast<std::size_t>(head.width));
  for (std::int64_t j = 0; j < head.tokens; ++j) {
    const double weight = weights[static_cast<std::size_t>(j)];
    const float* value = head.values + j * head.stride;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * value[i];
  }
  std::transform(sums.begin(), sums.end(), y, [](double sum) { return static_cast<float>(sum); });
}

}  // namespace

/// out[n][y][x][o] = b[o] + Σ_{dy, dx, i} w[o][dy][dx][i]·(image[n][y·p + dy][x·p + dx][i] −
/// mean[i])/std[i].
FeatureMap ReferenceSession::patch_embed(const FeatureMap& image, const PatchEmbed& layer) {
  const auto& l = prepared_as<PreparedPatchEmbed>(layer);
  const FeatureShape in = image.shape();
  PD_CHECK(in.c == 3 && in.h % l.patch == 0 && in.w % l.patch == 0);
  const std::vector<float> rgb = normalized(values_of(image), l);
  FeatureMap result = new_map({in.n, in.h / l.patch, in.w / l.patch, l.outputs});
  const FeatureShape out = result.shape();
  float* y = values_of(result).data();
  const std::int64_t patch_row = 3 * l.patch;
  for_each(out.row_count(), out.element_count() * l.patch * patch_row, [&](std::int64_t row) {
    const float* corner = rgb.data() + (row / out.w * l.patch * in.w + row % out.w * l.patch) * 3;
    for (std::int64_t o = 0; o < out.c; ++o) {
      double sum = l.bias[static_cast<std::size_t>(o)];
      for (std::int64_t dy = 0; dy < l.patch; ++dy) {
        sum += dot(l.weight.data() + (o * l.patch + dy) * patch_row, corner + dy * in.w * 3,
                   patch_row);
      }
      y[row * out.c + o] = static_cast<float>(sum);
    }
  });
  return result;
}

/// out[n][0] = class token + position[0]; out[n][1 + j] = patch[n][j] + position[1 + j].
FeatureMap ReferenceSession::embed_positions(const FeatureMap& patches,
                                             const PositionEmbedding& layer) {
  const auto& l = prepared_as<PreparedPositionEmbedding>(layer);
  const FeatureShape in = patches.shape();
  PD_CHECK(in.c == l.width);
  const std::vector<float> position =
      resample_position_embedding(l.position, in.h, in.w, l.convention);
  FeatureMap result = new_map({in.n, 1, 1 + in.h * in.w, in.c});
  const float* x = values_of(patches).data();
  float* y = values_of(result).data();
  for (std::int64_t n = 0; n < in.n; ++n) {
    y = std::transform(l.class_token.begin(), l.class_token.end(), position.begin(), y,
                       std::plus<>());
    const std::int64_t count = in.h * in.w * in.c;
    y = std::transform(x, x + count, position.begin() + in.c, y, std::plus<>());
    x += count;
  }
  return result;
}

/// y[row][o] = f(Σ_i x[row][i]·w[o][i] + b[o])·γ[o] + residual[row][o].
FeatureMap ReferenceSession::linear(const FeatureMap& x, const Linear& layer,
                                    LinearOptions options) {
  const auto& l = prepared_as<PreparedLinear>(layer);
  FeatureShape out = x.shape();
  PD_CHECK(out.c == l.inputs);
  out.c = l.outputs;
  PD_CHECK(!options.residual || options.residual.shape() == out);
  FeatureMap result = new_map(out);
  const float* input = values_of(x).data();
  const float* residual = options.residual ? values_of(options.residual).data() : nullptr;
  float* y = values_of(result).data();
  for_each(out.row_count(), out.element_count() * l.inputs, [&](std::int64_t row) {
    for (std::int64_t o = 0; o < out.c; ++o) {
      const auto channel = static_cast<std::size_t>(o);
      const double sum =
          dot(input + row * l.inputs, l.weight.data() + o * l.inputs, l.inputs) + l.bias[channel];
      const double value = evaluate(options.nonlinearity, sum) * l.scale[channel];
      const std::int64_t index = row * out.c + o;
      y[index] = static_cast<float>(residual == nullptr ? value : residual[index] + value);
    }
  });
  return result;
}

FeatureMap ReferenceSession::layer_norm(const FeatureMap& x, const LayerNorm& layer) {
  const auto& l = prepared_as<PreparedLayerNorm>(layer);
  const std::int64_t channels = x.shape().c;
  PD_CHECK(channels == static_cast<std::int64_t>(l.weight.size()));
  FeatureMap result = new_map(x.shape());
  const float* input = values_of(x).data();
  float* y = values_of(result).data();
  for_each(x.shape().row_count(), x.shape().element_count(),
           [&](std::int64_t row) { normalize_row(input + row * channels, l, y + row * channels); });
  return result;
}

/// out[n][y][x] = layer_norm(tokens[n][1 + y·columns + x]).
FeatureMap ReferenceSession::layer_norm_patches(const FeatureMap& tokens, const LayerNorm& layer,
                                                std::int64_t patch_rows,
                                                std::int64_t patch_columns) {
  const auto& l = prepared_as<PreparedLayerNorm>(layer);
  const FeatureShape in = tokens.shape();
  const std::int64_t patches = patch_rows * patch_columns;
  PD_CHECK(in.h == 1 && in.w == 1 + patches && in.c == static_cast<std::int64_t>(l.weight.size()));
  FeatureMap result = new_map({in.n, patch_rows, patch_columns, in.c});
  const float* input = values_of(tokens).data();
  float* y = values_of(result).data();
  for_each(in.n * patches, in.n * patches * in.c, [&](std::int64_t row) {
    const std::int64_t token = row / patches * in.w + 1 + row % patches;
    normalize_row(input + token * in.c, l, y + row * in.c);
  });
  return result;
}

FeatureMap ReferenceSession::attention(const FeatureMap& qkv, int heads) {
  const FeatureShape in = qkv.shape();
  PD_CHECK(heads > 0 && in.h == 1 && in.c % (3 * static_cast<std::int64_t>(heads)) == 0);
  const std::int64_t channels = in.c / 3;
  const std::int64_t width = channels / heads;
  FeatureMap result = new_map({in.n, 1, in.w, channels});
  const float* input = values_of(qkv).data();
  float* y = values_of(result).data();
  for_each(in.n * in.w, 2 * in.n * in.w * in.w * channels, [&](std::int64_t row) {
    for (std::int64_t h = 0; h < heads; ++h) {
      const float* first = input + row / in.w * in.w * in.c + h * width;
      const Head head{first, first + channels, first + 2 * channels, in.w, width, in.c};
      const float* query = head.queries + row % in.w * in.c;
      attend(head, query, y + row * channels + h * width);
    }
  });
  return result;
}

/// y[row][i] = a·sigmoid(a)·b with a = x[row][i] and b = x[row][c/2 + i].
FeatureMap ReferenceSession::swiglu(const FeatureMap& x) {
  FeatureShape out = x.shape();
  PD_CHECK(out.c % 2 == 0);
  out.c /= 2;
  FeatureMap result = new_map(out);
  const float* input = values_of(x).data();
  float* y = values_of(result).data();
  for (std::int64_t row = 0; row < out.row_count(); ++row) {
    for (std::int64_t i = 0; i < out.c; ++i) {
      const double a = input[2 * row * out.c + i];
      const double b = input[(2 * row + 1) * out.c + i];
      y[row * out.c + i] = static_cast<float>(a * evaluate(Nonlinearity::kSigmoid, a) * b);
    }
  }
  return result;
}

}  // namespace promptdepth::reference
