#include "promptdepth/metrics/guided_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
namespace {

using Plane = DepthMap;  ///< One value per pixel.
using Vector3 = std::array<double, 3>;

constexpr std::size_t kPixelsWorthThreads = std::size_t{1} << 17;

/// out[i] = mean of `count` values `stride` apart within `radius` of i, at the ends of those that
/// exist.
void mean_line(const float* in, float* out, int count, std::ptrdiff_t stride, int radius) {
  std::vector<double> sums(static_cast<std::size_t>(count) + 1);
  for (int i = 0; i < count; ++i) {
    sums[static_cast<std::size_t>(i) + 1] =
        sums[static_cast<std::size_t>(i)] + static_cast<double>(in[i * stride]);
  }
  for (int i = 0; i < count; ++i) {
    const int first = std::max(0, i - radius);
    const int last = std::min(count, i + radius + 1);
    const double sum = sums[static_cast<std::size_t>(last)] - sums[static_cast<std::size_t>(first)];
    out[i * stride] = static_cast<float>(sum / (last - first));
  }
}

Plane box_mean(const Plane& plane, int radius) {
  Plane rows(plane.width, plane.height);
  Plane result(plane.width, plane.height);
  const bool worth_threads = plane.pixel_count() >= kPixelsWorthThreads;
  const auto mean_row = [&](std::int64_t y) {
    const std::int64_t start = y * plane.width;
    mean_line(plane.values.data() + start, rows.values.data() + start, plane.width, 1, radius);
  };
  const auto mean_column = [&](std::int64_t x) {
    mean_line(rows.values.data() + x, result.values.data() + x, plane.height, plane.width, radius);
  };
  parallel_for(plane.height, mean_row, worth_threads);
  parallel_for(plane.width, mean_column, worth_threads);
  return result;
}

template <typename Value>
Plane plane_of(int width, int height, const Value& value) {
  Plane plane(width, height);
  for (std::size_t i = 0; i < plane.pixel_count(); ++i) plane.values[i] = value(i);
  return plane;
}

/// A symmetric 3×3 matrix, upper triangle by rows.
struct Symmetric3 {
  double xx, xy, xz, yy, yz, zz;
};

/// Solves m · a = b by Cramer's rule; m is positive definite.
Vector3 solve(const Symmetric3& m, const Vector3& b) {
  const double c_xx = m.yy * m.zz - m.yz * m.yz;
  const double c_xy = m.xz * m.yz - m.xy * m.zz;
  const double c_xz = m.xy * m.yz - m.xz * m.yy;
  const double c_yy = m.xx * m.zz - m.xz * m.xz;
  const double c_yz = m.xy * m.xz - m.xx * m.yz;
  const double c_zz = m.xx * m.yy - m.xy * m.xy;
  const double determinant = m.xx * c_xx + m.xy * c_xy + m.xz * c_xz;
  return {(c_xx * b[0] + c_xy * b[1] + c_xz * b[2]) / determinant,
          (c_xy * b[0] + c_yy * b[1] + c_yz * b[2]) / determinant,
          (c_xz * b[0] + c_yz * b[1] + c_zz * b[2]) / determinant};
}

/// The box means that the filter's normal equations are made of.
struct WindowMeans {
  std::array<Plane, 3> guide;
  std::array<Plane, 3> guide_times_p;
  std::array<Plane, 6> guide_products;  ///< In the order of Symmetric3.
  Plane p;

  WindowMeans(const Image& image, const Plane& input, int radius) {
    const auto mean = [&](const auto& value) {
      return box_mean(plane_of(image.width, image.height, value), radius);
    };
    const float* rgb = image.rgb.data();
    p = box_mean(input, radius);
    for (std::size_t a = 0, k = 0; a < 3; ++a) {
      guide[a] = mean([&](std::size_t i) { return rgb[3 * i + a]; });
      guide_times_p[a] = mean([&](std::size_t i) { return rgb[3 * i + a] * input.values[i]; });
      for (std::size_t b = a; b < 3; ++b, ++k) {
        guide_products[k] = mean([&](std::size_t i) { return rgb[3 * i + a] * rgb[3 * i + b]; });
      }
    }
  }

  Symmetric3 covariance(std::size_t i, double epsilon) const {
    std::array<double, 6> c;
    for (std::size_t a = 0, k = 0; a < 3; ++a) {
      for (std::size_t b = a; b < 3; ++b, ++k) {
        c[k] = static_cast<double>(guide_products[k].values[i]) -
               static_cast<double>(guide[a].values[i]) * static_cast<double>(guide[b].values[i]) +
               (a == b ? epsilon : 0);
      }
    }
    return {c[0], c[1], c[2], c[3], c[4], c[5]};
  }

  Vector3 covariance_with_p(std::size_t i) const {
    Vector3 c;
    for (std::size_t a = 0; a < 3; ++a) {
      c[a] = static_cast<double>(guide_times_p[a].values[i]) -
             static_cast<double>(guide[a].values[i]) * static_cast<double>(p.values[i]);
    }
    return c;
  }
};

/// q = mean(a) · I + mean(b), with a, b the least-squares line from guide to p in each window.
Plane guided_filter(const Image& image, const Plane& p, const GuidedFilterOptions& options) {
  const WindowMeans means(image, p, options.radius_px);
  std::array<Plane, 4> line;
  line.fill(Plane(image.width, image.height));
  for (std::size_t i = 0; i < p.pixel_count(); ++i) {
    const Vector3 a = solve(means.covariance(i, static_cast<double>(options.epsilon)),
                            means.covariance_with_p(i));
    double b = static_cast<double>(means.p.values[i]);
    for (std::size_t c = 0; c < 3; ++c) {
      line[c].values[i] = static_cast<float>(a[c]);
      b -= a[c] * static_cast<double>(means.guide[c].values[i]);
    }
    line[3].values[i] = static_cast<float>(b);
  }
  for (Plane& coefficient : line) coefficient = box_mean(coefficient, options.radius_px);
  return plane_of(image.width, image.height, [&](std::size_t i) {
    const float* rgb = image.rgb.data() + 3 * i;
    return line[0].values[i] * rgb[0] + line[1].values[i] * rgb[1] + line[2].values[i] * rgb[2] +
           line[3].values[i];
  });
}

}  // namespace

void GuidedFilterOptions::validate() const {
  if (radius_px < 1 || !(epsilon > 0) || !std::isfinite(epsilon)) {
    fail(ErrorKind::kInvalidArgument,
         "guided filter: expected radius_px of at least 1 and epsilon above 0, found {} and {}",
         radius_px, epsilon);
  }
}

DepthMap guided_filter_upsample(const DepthMap& prompt, const Image& image,
                                const GuidedFilterOptions& options) {
  options.validate();
  if (prompt.empty() || image.empty()) {
    fail(ErrorKind::kInvalidArgument,
         "guided filter: expected a prompt and an image, found {}×{} and {}×{}", prompt.width,
         prompt.height, image.width, image.height);
  }
  const auto [low, high] = std::minmax_element(prompt.values.begin(), prompt.values.end());
  const float least = *low;
  const float span = *high - least;
  DepthMap depth = resize_bilinear(prompt, image.width, image.height);
  if (!(span > 0)) return depth;
  for (float& z : depth.values) z = (z - least) / span;
  depth = guided_filter(image, depth, options);
  for (float& z : depth.values) z = least + span * std::clamp(z, 0.0F, 1.0F);
  return depth;
}

}  // namespace promptdepth
