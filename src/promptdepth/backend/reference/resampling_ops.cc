#include <algorithm>
#include <cmath>
#include <functional>

#include "promptdepth/backend/interpolation.h"
#include "promptdepth/backend/reference/reference_session.h"

namespace promptdepth::reference {

/// out[y][x] = (1 − ty)·((1 − tx)·in[y0][x0] + tx·in[y0][x1]) + ty·((1 − tx)·in[y1][x0] +
/// tx·in[y1][x1]), the taps as PixelAlignment says.
FeatureMap ReferenceSession::resize_bilinear(const FeatureMap& x, std::int64_t height,
                                             std::int64_t width, PixelAlignment alignment) {
  const FeatureShape in = x.shape();
  FeatureMap result = new_map({in.n, height, width, in.c});
  const LinearTaps rows = bilinear_taps(in.h, height, alignment);
  const LinearTaps columns = bilinear_taps(in.w, width, alignment);
  const float* input = values_of(x).data();
  float* y = values_of(result).data();
  for_each(in.n * height, 4 * result.shape().element_count(), [&](std::int64_t line) {
    const auto row = static_cast<std::size_t>(line % height);
    const double ty = rows.t[row];
    const float* image = input + line / height * in.h * in.w * in.c;
    const float* upper = image + rows.low[row] * in.w * in.c;
    const float* lower = image + rows.high[row] * in.w * in.c;
    for (std::int64_t j = 0; j < width * in.c; ++j) {
      const auto column = static_cast<std::size_t>(j / in.c);
      const double tx = columns.t[column];
      const std::int64_t left = columns.low[column] * in.c + j % in.c;
      const std::int64_t right = columns.high[column] * in.c + j % in.c;
      const double above = (1.0 - tx) * upper[left] + tx * upper[right];
      const double below = (1.0 - tx) * lower[left] + tx * lower[right];
      y[line * width * in.c + j] = static_cast<float>((1.0 - ty) * above + ty * below);
    }
  });
  return result;
}

/// out[y][x][(dy·b + dx)·c + i] = in[min(y·b + dy, h − 1)][min(x·b + dx, w − 1)][i].
FeatureMap ReferenceSession::space_to_depth(const FeatureMap& x, int block) {
  PD_CHECK(block > 0);
  const FeatureShape in = x.shape();
  const std::int64_t b = block;
  FeatureMap result = new_map({in.n, (in.h + b - 1) / b, (in.w + b - 1) / b, in.c * b * b});
  const FeatureShape out = result.shape();
  const float* input = values_of(x).data();
  float* y = values_of(result).data();
  for (std::int64_t row = 0; row < out.row_count(); ++row) {
    for (std::int64_t tap = 0; tap < b * b; ++tap) {
      const std::int64_t in_y = std::min(row / out.w % out.h * b + tap / b, in.h - 1);
      const std::int64_t in_x = std::min(row % out.w * b + tap % b, in.w - 1);
      const std::int64_t image = row / (out.h * out.w);
      y = std::copy_n(input + ((image * in.h + in_y) * in.w + in_x) * in.c, in.c, y);
    }
  }
  return result;
}

/// out[y][x][i] = in[y/b][x/b][((y mod b)·b + x mod b)·c + i].
FeatureMap ReferenceSession::depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                                            std::int64_t width) {
  const FeatureShape in = x.shape();
  const std::int64_t b = block;
  PD_CHECK(b > 0 && in.c % (b * b) == 0 && height <= in.h * b && width <= in.w * b);
  const std::int64_t channels = in.c / (b * b);
  FeatureMap result = new_map({in.n, height, width, channels});
  const float* input = values_of(x).data();
  float* y = values_of(result).data();
  for (std::int64_t n = 0; n < in.n; ++n) {
    for (std::int64_t out_y = 0; out_y < height; ++out_y) {
      for (std::int64_t out_x = 0; out_x < width; ++out_x) {
        const std::int64_t pixel = (n * in.h + out_y / b) * in.w + out_x / b;
        const std::int64_t tap = out_y % b * b + out_x % b;
        y = std::copy_n(input + pixel * in.c + tap * channels, channels, y);
      }
    }
  }
  return result;
}

FeatureMap ReferenceSession::concat(std::span<const FeatureMap> parts) {
  PD_CHECK(!parts.empty());
  FeatureShape out = parts[0].shape();
  for (const FeatureMap& part : parts.subspan(1)) {
    const FeatureShape& shape = part.shape();
    PD_CHECK(shape.n == out.n && shape.h == out.h && shape.w == out.w);
    out.c += shape.c;
  }
  FeatureMap result = new_map(out);
  float* y = values_of(result).data();
  for (std::int64_t row = 0; row < out.row_count(); ++row) {
    for (const FeatureMap& part : parts) {
      const std::int64_t channels = part.shape().c;
      y = std::copy_n(values_of(part).data() + row * channels, channels, y);
    }
  }
  return result;
}

FeatureMap ReferenceSession::add(FeatureMap x, const FeatureMap& y, float scale) {
  PD_CHECK(x.shape() == y.shape());
  FeatureMap result = new_map(x.shape());
  const std::span<const float> a = values_of(x);
  std::transform(a.begin(), a.end(), values_of(y).begin(), values_of(result).begin(),
                 [scale](float left, float right) { return left + scale * right; });
  return result;
}

/// y(p) = Σ w·x(neighbour) / Σ w with w = exp(logit − the pixel's greatest one).
FeatureMap ReferenceSession::propagate(const FeatureMap& x, const FeatureMap& logits,
                                       int dilation) {
  const FeatureShape in = x.shape();
  PD_CHECK(in.c == 1 && logits.shape() == (FeatureShape{in.n, in.h, in.w, 9}));
  PD_CHECK(dilation >= 1 && dilation <= kMostDilation);
  FeatureMap result = new_map(in);
  const float* depth = values_of(x).data();
  float* y = values_of(result).data();
  for (std::int64_t pixel = 0; pixel < in.row_count(); ++pixel) {
    const std::int64_t image = pixel / (in.h * in.w);
    const float* logit = values_of(logits).data() + pixel * 9;
    const double own = static_cast<double>(logit[4]) + static_cast<double>(kCentreTapLogit);
    const double greatest = std::max(own, static_cast<double>(*std::max_element(logit, logit + 9)));
    double sum = 0;
    double weights = 0;
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int64_t row = pixel / in.w % in.h + dilation * (tap / 3 - 1);
      const std::int64_t column = pixel % in.w + dilation * (tap % 3 - 1);
      const std::int64_t from = (image * in.h + std::clamp<std::int64_t>(row, 0, in.h - 1)) * in.w +
                                std::clamp<std::int64_t>(column, 0, in.w - 1);
      const double weight = std::exp((tap == 4 ? own : logit[tap]) - greatest);
      sum += weight * depth[from];
      weights += weight;
    }
    y[pixel] = static_cast<float>(sum / weights);
  }
  return result;
}

}  // namespace promptdepth::reference
