#include "promptdepth/backend/interpolation.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr float kBicubicA = -0.75F;

float cubic_near(float d) { return ((kBicubicA + 2) * d - (kBicubicA + 3)) * d * d + 1; }

float cubic_far(float d) {
  return ((kBicubicA * d - 5 * kBicubicA) * d + 8 * kBicubicA) * d - 4 * kBicubicA;
}

std::array<float, 4> bicubic_weights(float t) {
  return {cubic_far(t + 1), cubic_near(t), cubic_near(1 - t), cubic_far(2 - t)};
}

/// Source pixels per target pixel. DINOv2 hands PyTorch a scale factor, which PyTorch then uses
/// instead of in/out.
float source_step(std::int64_t in, std::int64_t out, PositionConvention convention) {
  if (convention == PositionConvention::kHuggingFace) {
    return static_cast<float>(in) / static_cast<float>(out);
  }
  const double scale = (static_cast<double>(out) + 0.1) / static_cast<double>(in);
  return static_cast<float>(1.0 / scale);
}

float source_position(std::int64_t i, std::int64_t in, std::int64_t out, PixelAlignment alignment) {
  if (alignment == PixelAlignment::kCornersAlign) {
    if (out == 1) return 0.0F;
    return static_cast<float>(i) * (static_cast<float>(in - 1) / static_cast<float>(out - 1));
  }
  const float step = static_cast<float>(in) / static_cast<float>(out);
  return std::max(0.0F, (static_cast<float>(i) + 0.5F) * step - 0.5F);
}

}  // namespace

LinearTaps bilinear_taps(std::int64_t in, std::int64_t out, PixelAlignment alignment) {
  PD_CHECK(in > 0 && out > 0);
  LinearTaps taps;
  for (std::int64_t i = 0; i < out; ++i) {
    const float position = source_position(i, in, out, alignment);
    const auto low = std::min(static_cast<std::int64_t>(position), in - 1);
    taps.low.push_back(static_cast<std::int32_t>(low));
    taps.high.push_back(static_cast<std::int32_t>(std::min(low + 1, in - 1)));
    taps.t.push_back(position - static_cast<float>(low));
  }
  return taps;
}

std::vector<float> position_resampling_matrix(std::int64_t in, std::int64_t out,
                                              PositionConvention convention) {
  std::vector<float> matrix(static_cast<std::size_t>(in * out), 0.0F);
  const float step = source_step(in, out, convention);
  for (std::int64_t i = 0; i < out; ++i) {
    const float position = (static_cast<float>(i) + 0.5F) * step - 0.5F;
    const float floor = std::floor(position);
    const std::array<float, 4> weights = bicubic_weights(position - floor);
    for (int tap = 0; tap < 4; ++tap) {
      const std::int64_t source =
          std::clamp<std::int64_t>(static_cast<std::int64_t>(floor) - 1 + tap, 0, in - 1);
      matrix[static_cast<std::size_t>(i * in + source)] += weights[static_cast<std::size_t>(tap)];
    }
  }
  return matrix;
}

bool position_is_native(std::int64_t grid, std::int64_t patch_rows, std::int64_t patch_columns) {
  return patch_rows == grid && patch_columns == grid;
}

std::vector<float> resample_position_embedding(const HostTensor& position, std::int64_t patch_rows,
                                               std::int64_t patch_columns,
                                               PositionConvention convention) {
  const std::int64_t width = position.shape()[2];
  const auto grid = static_cast<std::int64_t>(
      std::lround(std::sqrt(static_cast<double>(position.shape()[1] - 1))));
  std::vector<float> stored = position.to_floats();
  if (position_is_native(grid, patch_rows, patch_columns)) return stored;

  const std::vector<float> along_y = position_resampling_matrix(grid, patch_rows, convention);
  const std::vector<float> along_x = position_resampling_matrix(grid, patch_columns, convention);
  const float* patches = stored.data() + width;

  std::vector<float> rows_resampled(static_cast<std::size_t>(patch_rows * grid * width), 0.0F);
  for (std::int64_t y = 0; y < patch_rows; ++y) {
    for (std::int64_t k = 0; k < grid; ++k) {
      const float weight = along_y[static_cast<std::size_t>(y * grid + k)];
      if (weight == 0.0F) continue;
      float* out = rows_resampled.data() + y * grid * width;
      const float* in = patches + k * grid * width;
      for (std::int64_t j = 0; j < grid * width; ++j) out[j] += weight * in[j];
    }
  }

  std::vector<float> result(static_cast<std::size_t>((1 + patch_rows * patch_columns) * width),
                            0.0F);
  std::copy_n(stored.begin(), width, result.begin());
  for (std::int64_t y = 0; y < patch_rows; ++y) {
    for (std::int64_t x = 0; x < patch_columns; ++x) {
      float* out = result.data() + (1 + y * patch_columns + x) * width;
      for (std::int64_t k = 0; k < grid; ++k) {
        const float weight = along_x[static_cast<std::size_t>(x * grid + k)];
        if (weight == 0.0F) continue;
        const float* in = rows_resampled.data() + (y * grid + k) * width;
        for (std::int64_t j = 0; j < width; ++j) out[j] += weight * in[j];
      }
    }
  }
  return result;
}

}  // namespace promptdepth
