#include "promptdepth/prompt/ray_march.h"

#include <algorithm>
#include <cmath>

namespace promptdepth {
namespace {

/// Neighbouring pixels of one surface differ by less than this factor, even on the ground far away.
constexpr float kSurfaceRatio = 1.25F;

/// Narrows [from, to] to where the line from a to b is within [low, high].
void clip(float a, float b, float low, float high, float& from, float& to) {
  if (a == b) {
    if (a < low || a > high) to = from - 1;
    return;
  }
  const float at_low = (low - a) / (b - a);
  const float at_high = (high - a) / (b - a);
  from = std::max(from, std::min(at_low, at_high));
  to = std::min(to, std::max(at_low, at_high));
}

}  // namespace

/// A ray in the picture: u, v and 1/z are linear between its ends.
struct RayMarcher::Segment {
  float u0, v0, ray0;
  float u1, v1, ray1;
};

RayMarcher::RayMarcher(const DepthMap& depth, const Intrinsics& camera)
    : inverse_(depth),
      fx_(static_cast<float>(camera.fx)),
      fy_(static_cast<float>(camera.fy)),
      cx_(static_cast<float>(camera.cx)),
      cy_(static_cast<float>(camera.cy)) {
  for (float& value : inverse_.values) {
    if (!(value > 0)) {
      value = 0;
      continue;
    }
    nearest_m_ = nearest_m_ == 0 ? value : std::min(nearest_m_, value);
    farthest_m_ = std::max(farthest_m_, value);
    value = 1 / value;
  }
}

std::optional<RayMarcher::Meeting> RayMarcher::follow(const Eigen::Vector3f& origin,
                                                      const Eigen::Vector3f& direction,
                                                      float min_range_m, float max_range_m) const {
  if (!(direction.z() > 1e-3F) || farthest_m_ == 0) return std::nullopt;
  const auto range_at = [&](float z) { return (z - origin.z()) / direction.z(); };
  const float near = std::max(min_range_m, range_at(0.99F * nearest_m_));
  const float far = std::min(max_range_m, range_at(1.01F * farthest_m_));
  if (!(near < far)) return std::nullopt;
  const Eigen::Vector3f a = origin + near * direction;
  const Eigen::Vector3f b = origin + far * direction;
  const Segment segment{fx_ * a.x() / a.z() + cx_, fy_ * a.y() / a.z() + cy_, 1 / a.z(),
                        fx_ * b.x() / b.z() + cx_, fy_ * b.y() / b.z() + cy_, 1 / b.z()};
  float from = 0;
  float to = 1;
  clip(segment.u0, segment.u1, -0.499F, static_cast<float>(inverse_.width) - 0.501F, from, to);
  clip(segment.v0, segment.v1, -0.499F, static_cast<float>(inverse_.height) - 0.501F, from, to);
  if (from > to) return std::nullopt;

  const float length_px =
      (to - from) * std::max(std::abs(segment.u1 - segment.u0), std::abs(segment.v1 - segment.v0));
  const int steps = std::max(1, static_cast<int>(std::ceil(length_px)));
  Sample before = sample(segment, from);
  for (int i = 1; i <= steps; ++i) {
    const Sample here =
        sample(segment, std::lerp(from, to, static_cast<float>(i) / static_cast<float>(steps)));
    const float gap_before = before.ray - before.surface;
    const float gap = here.ray - here.surface;
    const bool same_surface = here.surface < kSurfaceRatio * before.surface;
    if (gap_before > 0 && gap <= 0 && same_surface) {
      const float t = gap_before / (gap_before - gap);
      return Meeting{.u = std::lerp(before.u, here.u, t),
                     .v = std::lerp(before.v, here.v, t),
                     .z = 1 / std::lerp(before.ray, here.ray, t)};
    }
    before = here;
  }
  return std::nullopt;
}

RayMarcher::Sample RayMarcher::sample(const Segment& segment, float s) const {
  const float u = std::lerp(segment.u0, segment.u1, s);
  const float v = std::lerp(segment.v0, segment.v1, s);
  return {.u = u,
          .v = v,
          .ray = std::lerp(segment.ray0, segment.ray1, s),
          .surface = inverse_depth(u, v)};
}

/// Bilinear where the four pixels around belong to one surface, else the nearest pixel's.
float RayMarcher::inverse_depth(float u, float v) const {
  const float u_in = std::clamp(u, 0.0F, static_cast<float>(inverse_.width - 1));
  const float v_in = std::clamp(v, 0.0F, static_cast<float>(inverse_.height - 1));
  const int x = static_cast<int>(u_in);
  const int y = static_cast<int>(v_in);
  const int x1 = std::min(x + 1, inverse_.width - 1);
  const int y1 = std::min(y + 1, inverse_.height - 1);
  const float a = inverse_.at(x, y);
  const float b = inverse_.at(x1, y);
  const float c = inverse_.at(x, y1);
  const float d = inverse_.at(x1, y1);
  const float s = u_in - static_cast<float>(x);
  const float t = v_in - static_cast<float>(y);
  const auto [least, greatest] = std::minmax({a, b, c, d});
  if (greatest < kSurfaceRatio * least) return std::lerp(std::lerp(a, b, s), std::lerp(c, d, s), t);
  return s < 0.5F ? (t < 0.5F ? a : c) : (t < 0.5F ? b : d);
}

}  // namespace promptdepth
