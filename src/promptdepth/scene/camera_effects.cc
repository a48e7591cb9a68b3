#include "promptdepth/scene/camera_effects.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

using Pixels = std::vector<Vec3>;

/// The radiance below which `share` of the pixels lie, from every fifth of them.
float quantile(const Pixels& pixels, float share) {
  std::vector<float> values;
  for (std::size_t i = 0; i < pixels.size(); i += 5) values.push_back(luminance(pixels[i]));
  const auto nth =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<float>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

/// As a camera's automatic exposure: the middle at the key, without burning out a fifth of the
/// view.
float exposure(const Pixels& pixels, float key) {
  const float middle = key / std::max(quantile(pixels, 0.5F), 1e-4F);
  const float bright = 1.6F / std::max(quantile(pixels, 0.9F), 1e-4F);
  return std::min(middle, bright);
}

void expose(Pixels& pixels, int width, int height, const CameraEffects& e) {
  const float gain = exposure(pixels, e.key);
  const float cx = 0.5F * static_cast<float>(width - 1);
  const float cy = 0.5F * static_cast<float>(height - 1);
  const float scale = 1 / (cx * cx + cy * cy + 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float dx = static_cast<float>(x) - cx;
      const float dy = static_cast<float>(y) - cy;
      const float fall = 1 - e.vignetting * (dx * dx + dy * dy) * scale;
      Vec3& p = pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                       static_cast<std::size_t>(x)];
      p = p * e.white_balance * (gain * fall);
    }
  }
}

/// One pass of a five-tap Gaussian over `count` pixels, which lie `offsets` further in `from`.
void blur_pixels(const Vec3* from, const std::array<std::ptrdiff_t, 5>& offsets,
                 const std::array<float, 3>& taps, std::size_t count, Vec3* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = [&](std::size_t k) {
      return from[static_cast<std::ptrdiff_t>(i) + offsets[k]];
    };
    to[i] = value(2) * taps[0] + (value(1) + value(3)) * taps[1] + (value(0) + value(4)) * taps[2];
  }
}

/// Where the five taps around `i` lie, relative to it; those beyond the border are at the border.
std::array<std::ptrdiff_t, 5> tap_offsets(int i, int count, std::ptrdiff_t step) {
  std::array<std::ptrdiff_t, 5> offsets;
  for (std::size_t tap = 0; tap < offsets.size(); ++tap) {
    const int at = i + static_cast<int>(tap) - 2;
    offsets[tap] = (std::clamp(at, 0, count - 1) - i) * step;
  }
  return offsets;
}

void blur(Pixels& pixels, int width, int height, float sigma_px) {
  if (sigma_px < 0.15F) return;
  const float a = portable::exp2(-0.72134752F / (sigma_px * sigma_px));
  const float b = a * a * a * a;
  const float total = 1 + 2 * a + 2 * b;
  const std::array<float, 3> taps{1 / total, a / total, b / total};
  const auto stride = static_cast<std::size_t>(width);
  Pixels across(pixels.size());
  for (int y = 0; y < height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * stride;
    const auto blur_at = [&](int x, int count) {
      const std::size_t first = row + static_cast<std::size_t>(x);
      blur_pixels(&pixels[first], tap_offsets(x, width, 1), taps, static_cast<std::size_t>(count),
                  &across[first]);
    };
    const int left = std::min(2, width);
    const int right = std::max(left, width - 2);
    for (int x = 0; x < left; ++x) blur_at(x, 1);
    if (right > left) blur_at(left, right - left);
    for (int x = right; x < width; ++x) blur_at(x, 1);
  }
  for (int y = 0; y < height; ++y) {
    const std::size_t row = static_cast<std::size_t>(y) * stride;
    blur_pixels(&across[row], tap_offsets(y, height, width), taps, stride, &pixels[row]);
  }
}

/// A standard normal number, nearly: four uniform ones added.
float rough_normal(std::uint64_t bits) {
  const auto part = [bits](int shift) { return static_cast<float>(bits >> shift & 0xffffU); };
  return (part(0) + part(16) + part(32) + part(48) - 131070.0F) * (1 / 37837.2F);
}

void add_noise(Pixels& pixels, const CameraEffects& e, std::uint64_t seed) {
  if (e.shot_noise == 0 && e.read_noise == 0) return;
  Random random(seed);
  const auto noisy = [&](float value) {
    const float sigma = std::sqrt(e.read_noise * e.read_noise +
                                  e.shot_noise * e.shot_noise * std::max(value, 0.0F));
    return value + sigma * rough_normal(random.next_u64());
  };
  for (Vec3& p : pixels) p = {noisy(p.x), noisy(p.y), noisy(p.z)};
}

float srgb(float linear) {
  return linear <= 0.0031308F ? 12.92F * linear : 1.055F * portable::pow(linear, 1 / 2.4F) - 0.055F;
}

/// From linear exposure to the encoded value, tabulated over [0, kRange].
class ToneCurve {
 public:
  explicit ToneCurve(const CameraEffects& e) {
    for (int i = 0; i <= kSteps; ++i) {
      const float root = static_cast<float>(i) / kSteps;  // finer in the shadows
      const float x = kRange * root * root;
      // Reinhard's curve with a white point, blended with a clip.
      const float white = 3;
      const float rolled = 1.25F * x * (1 + x / (white * white)) / (1 + x * 0.75F);
      const float y = srgb(clamp01(mix(std::min(x, 1.0F), std::min(rolled, 1.0F), e.shoulder)));
      const float curve = y < 0.5F ? 0.5F * portable::pow(2 * y, e.contrast)
                                   : 1 - 0.5F * portable::pow(2 - 2 * y, e.contrast);
      table_[static_cast<std::size_t>(i)] = clamp01(curve);
    }
  }

  float operator()(float x) const {
    const float position = std::sqrt(clamp01(x / kRange)) * kSteps;
    const int i = std::min(static_cast<int>(position), kSteps - 1);
    return mix(table_[static_cast<std::size_t>(i)], table_[static_cast<std::size_t>(i) + 1],
               position - static_cast<float>(i));
  }

 private:
  static constexpr int kSteps = 512;
  static constexpr float kRange = 8;
  std::array<float, kSteps + 1> table_;
};

void encode(Pixels& pixels, const CameraEffects& e) {
  const ToneCurve curve(e);
  for (Vec3& p : pixels) {
    const Vec3 encoded{curve(p.x), curve(p.y), curve(p.z)};
    const Vec3 grey = Vec3{1, 1, 1} * luminance(encoded);
    p = mix(grey, encoded, e.saturation);
  }
}

void sharpen(Pixels& pixels, int width, int height, float strength) {
  if (strength == 0) return;
  Pixels soft = pixels;
  blur(soft, width, height, 1);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] += (pixels[i] - soft[i]) * strength;
  }
}

float quantised(float value) {
  return static_cast<float>(static_cast<int>(std::trunc(clamp01(value) * 255 + 0.5F))) / 255;
}

}  // namespace

CameraEffects CameraEffects::random(Random& random) {
  CameraEffects e;
  e.key = 0.12F * portable::exp2(random.uniform(0, 1.9F));
  const float warmth = 0.12F * random.normal();
  const float tint = 0.04F * random.normal();
  e.white_balance = {1 + warmth, 1 + tint, 1 - warmth};
  e.vignetting = random.chance(0.6F) ? random.uniform(0, 0.45F) : 0;
  e.blur_sigma_px = random.chance(0.6F) ? random.uniform(0.3F, 0.6F) : random.uniform(0, 1.1F);
  const bool clean = random.chance(0.3F);
  const float strength = random.uniform(0, 1);
  const float noise = clean ? 0 : strength * random.uniform(0, 1);
  e.shot_noise = 0.05F * noise;
  e.read_noise = 0.012F * noise;
  e.shoulder = random.uniform(0, 1);
  e.contrast = random.uniform(0.85F, 1.35F);
  e.saturation = random.chance(0.05F) ? 0 : random.uniform(0.6F, 1.25F);
  e.sharpening = random.chance(0.35F) ? random.uniform(0.1F, 0.9F) : 0;
  return e;
}

Image develop(const RenderedView& view, const CameraEffects& effects, std::uint64_t noise_seed) {
  Pixels pixels = view.radiance;
  expose(pixels, view.width, view.height, effects);
  blur(pixels, view.width, view.height, effects.blur_sigma_px);
  add_noise(pixels, effects, noise_seed);
  encode(pixels, effects);
  sharpen(pixels, view.width, view.height, effects.sharpening);
  Image image(view.width, view.height);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    image.rgb[3 * i] = quantised(pixels[i].x);
    image.rgb[3 * i + 1] = quantised(pixels[i].y);
    image.rgb[3 * i + 2] = quantised(pixels[i].z);
  }
  return image;
}

}  // namespace promptdepth::scene
