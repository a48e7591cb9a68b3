#pragma once

#include <algorithm>

#include "promptdepth/scene/noise.h"
#include "promptdepth/scene/vec3.h"

namespace promptdepth::scene {

/// All in [0, 1].
struct Hsv {
  float hue;
  float saturation;
  float value;
};

/// The linear colour. Written in braces, so that random components are drawn in order.
inline Vec3 from_hsv(Hsv c) {
  const auto channel = [&](float offset) {
    const float k = 6 * fraction(c.hue + offset);
    const float ramp = clamp01(std::min(k, 4 - k));
    return c.value * (1 - c.saturation * ramp);
  };
  return {channel(5.0F / 6), channel(3.0F / 6), channel(1.0F / 6)};
}

/// Reflectance in linear light from a perceived lightness in [0, 1].
inline float linear_from_lightness(float lightness) { return lightness * lightness * 0.9F + 0.02F; }

}  // namespace promptdepth::scene
