#include <algorithm>

#include "promptdepth/backend/reference/reference_layers.h"
#include "promptdepth/backend/reference/reference_session.h"

namespace promptdepth::reference {
namespace {

struct Position {
  std::int64_t n;
  std::int64_t y;
  std::int64_t x;
};

Position position_of(std::int64_t row, const FeatureShape& shape) {
  return {row / (shape.h * shape.w), row / shape.w % shape.h, row % shape.w};
}

/// Σ_{dy, dx, i} w[o][dy][dx][i]·in[n][y·stride + dy − padding][x·stride + dx − padding][i], with
/// zeros outside.
double window_sum(const float* input, const FeatureShape& in, const PreparedConv2d& layer,
                  Position at, std::int64_t o) {
  double sum = 0.0;
  for (std::int64_t dy = 0; dy < layer.kernel; ++dy) {
    const std::int64_t y = at.y * layer.stride + dy - layer.padding;
    if (y < 0 || y >= in.h) continue;
    for (std::int64_t dx = 0; dx < layer.kernel; ++dx) {
      const std::int64_t x = at.x * layer.stride + dx - layer.padding;
      if (x < 0 || x >= in.w) continue;
      sum += dot(input + ((at.n * in.h + y) * in.w + x) * in.c,
                 layer.weight.data() + ((o * layer.kernel + dy) * layer.kernel + dx) * in.c, in.c);
    }
  }
  return sum;
}

std::vector<float> relu(std::span<const float> values) {
  std::vector<float> result(values.begin(), values.end());
  for (float& value : result) value = std::max(value, 0.0F);
  return result;
}

}  // namespace

/// out[n][y][x][o] = f(b[o] + window_sum) + residual[n][y][x][o].
FeatureMap ReferenceSession::conv2d(const FeatureMap& x, const Conv2d& layer,
                                    Conv2dOptions options) {
  const auto& l = prepared_as<PreparedConv2d>(layer);
  const FeatureShape in = x.shape();
  const std::int64_t room_y = in.h + 2 * l.padding - l.kernel;
  const std::int64_t room_x = in.w + 2 * l.padding - l.kernel;
  PD_CHECK(in.c == l.inputs && room_y >= 0 && room_x >= 0);
  const FeatureShape out{in.n, room_y / l.stride + 1, room_x / l.stride + 1, l.outputs};
  PD_CHECK(!options.residual || options.residual.shape() == out);

  FeatureMap result = new_map(out);
  std::vector<float> rectified;
  if (options.relu_input) rectified = relu(values_of(x));
  const float* input = options.relu_input ? rectified.data() : values_of(x).data();
  const float* residual = options.residual ? values_of(options.residual).data() : nullptr;
  float* y = values_of(result).data();
  const std::int64_t products = out.element_count() * l.kernel * l.kernel * in.c;
  for_each(out.row_count(), products, [&](std::int64_t row) {
    const Position at = position_of(row, out);
    for (std::int64_t o = 0; o < out.c; ++o) {
      const double sum = l.bias[static_cast<std::size_t>(o)] + window_sum(input, in, l, at, o);
      const double value = evaluate(options.nonlinearity, sum);
      const std::int64_t index = row * out.c + o;
      y[index] = static_cast<float>(residual == nullptr ? value : residual[index] + value);
    }
  });
  return result;
}

/// out[n][y·k + dy][x·k + dx][o] = b[o] + Σ_i in[n][y][x][i]·w[o][dy][dx][i].
FeatureMap ReferenceSession::conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) {
  const auto& l = prepared_as<PreparedConvTranspose2d>(layer);
  const FeatureShape in = x.shape();
  PD_CHECK(in.c == l.inputs);
  FeatureMap result = new_map({in.n, in.h * l.kernel, in.w * l.kernel, l.outputs});
  const FeatureShape out = result.shape();
  const float* input = values_of(x).data();
  float* y = values_of(result).data();
  for_each(out.row_count(), out.element_count() * in.c, [&](std::int64_t row) {
    const Position at = position_of(row, out);
    const float* pixel = input + ((at.n * in.h + at.y / l.kernel) * in.w + at.x / l.kernel) * in.c;
    const std::int64_t tap = at.y % l.kernel * l.kernel + at.x % l.kernel;
    for (std::int64_t o = 0; o < out.c; ++o) {
      const float* weight = l.weight.data() + (o * l.kernel * l.kernel + tap) * in.c;
      y[row * out.c + o] =
          static_cast<float>(l.bias[static_cast<std::size_t>(o)] + dot(pixel, weight, in.c));
    }
  });
  return result;
}

}  // namespace promptdepth::reference
