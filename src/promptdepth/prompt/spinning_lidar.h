#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/prompt/light_return.h"
#include "promptdepth/prompt/observed_scene.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// A spinning scanner as on a vehicle: a fan of beams that turns about its axis, beside the camera.
struct SpinningLidarOptions {
  int beams = 64;
  float lowest_deg = -24.8F;      ///< Elevation of the lowest beam, seen from the scanner ...
  float highest_deg = 2;          ///< ... and of the highest; the others evenly between.
  float azimuth_step_deg = 0.2F;  ///< Between two measurements of a beam.
  float right_m = 0;              ///< Where the scanner is, seen from the camera.
  float up_m = 0.1F;
  float forward_m = -0.25F;
  float pitch_deg = 0;  ///< By how much it looks up, against the camera.
  ReturnOptions returns = {.half_range_m = 60,
                           .jitter_m = 0.03F,
                           .noise_floor_m = 0.01F,
                           .min_range_m = 0.9F,
                           .max_range_m = 100,
                           .min_reflectance = 0.03F,
                           .dropout = 0.03F,
                           .highlight_dropout = 0.2F};
  float divergence_deg = 0.15F;   ///< Width of a beam.
  float flying = 0.1F;            ///< Share of the beams on an edge that mix two depths.
  float beam_error_deg = 0.01F;   ///< Standard deviation of the beams' elevations.
  float calibration_deg = 0.03F;  ///< Of the scanner's turn about each axis, as the camera's
                                  ///< calibration has it: it shifts all points in the image.

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// A map of the ground truth's size: the measured points projected into it, the nearest one where
/// several meet, and zeros. Rays are followed from the scanner to the surfaces that the camera
/// sees; what only the scanner could see is not known and not measured. The scene's intrinsics say
/// where the rays go.
SimulatedPrompt simulate_spinning_lidar(const ObservedScene& scene,
                                        const SpinningLidarOptions& options, std::uint64_t seed);

}  // namespace promptdepth
