#pragma once

#include <optional>
#include <vector>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/surface_map.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// What a simulated sensor looks at. Nothing is owned.
struct ObservedScene {
  const DepthMap& depth;  ///< Exact: planar z in metres, 0 = none, such as sky.
  const Image& image;     ///< The same field of view, any size.
  const SurfaceMap* surfaces = nullptr;
  std::optional<Intrinsics> intrinsics = std::nullopt;  ///< Of the depth map's pixels.

  /// The given intrinsics, else guess_intrinsics() for the depth map's size.
  Intrinsics camera() const;

  /// Of the image as encoded, at a pixel of the depth map.
  float luminance(int x, int y) const;

  /// The planar depth, in metres, that light on a surface of planar depth z_m at a pixel of the
  /// depth map tells: a share of it as large as the surface's mirror and transparency tells what
  /// lies beyond, or 0 where that is not known. `part_of_light` in [0, 1) says which part is asked
  /// for.
  float depth_told(int x, int y, float z_m, float part_of_light) const;

  /// Throws Error(kInvalidArgument) when depth or image is empty, a surface map has another size,
  /// or a focal length is not above 0.
  void validate() const;
};

/// The expected relative errors at which a sensor stops to trust a measurement.
struct ConfidenceLevels {
  float high = 0.01F;     ///< Confidence 2 up to this one,
  float medium = 0.025F;  ///< 1 up to this one, else 0.

  float of(float relative_error) const;
  std::vector<OptionField> fields();
};

/// What a simulated sensor delivers.
struct SimulatedPrompt {
  DepthMap depth;  ///< Metres at the sensor's resolution, 0 where nothing was measured.
  /// Of the same size: 0 low or not measured, 1 medium, 2 high, as phones write it. Empty where the
  /// sensor gives none.
  DepthMap confidence;
};

}  // namespace promptdepth
