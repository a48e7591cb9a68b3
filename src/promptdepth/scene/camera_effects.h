#pragma once

#include "promptdepth/base/random.h"
#include "promptdepth/image/image.h"
#include "promptdepth/scene/renderer.h"

namespace promptdepth::scene {

/// What lens, sensor and processing of a camera do to a view.
struct CameraEffects {
  float key = 0.2F;             ///< Brightness that the median radiance is exposed to.
  Vec3 white_balance{1, 1, 1};  ///< Gains of the channels.
  float vignetting = 0;         ///< Loss of light in the corners, 0 to 1.
  float blur_sigma_px = 0;
  float shot_noise = 0;   ///< Standard deviation at brightness 1.
  float read_noise = 0;   ///< Standard deviation at brightness 0.
  float shoulder = 0.5F;  ///< Softness of highlights: 0 clips at 1.
  float contrast = 1;     ///< Exponent-like S-curve around middle grey; 1 leaves it.
  float saturation = 1;
  float sharpening = 0;  ///< Strength of an unsharp mask of 1 px.

  /// The spread of ordinary photographs, phone and camera, good light and bad.
  static CameraEffects random(Random& random);
};

/// The finished photograph: sRGB, quantised to 8 bits. `noise_seed` fixes the noise.
Image develop(const RenderedView& view, const CameraEffects& effects, std::uint64_t noise_seed);

}  // namespace promptdepth::scene
