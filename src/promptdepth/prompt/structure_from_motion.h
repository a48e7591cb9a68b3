#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/prompt/observed_scene.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// The sparse cloud of structure from motion (COLMAP), seen in one of its photos: triangulated
/// points where the photo has corners. A point of depth z is matched in a second photo a baseline b
/// away at the disparity f·b/z, with an error of `noise_px` in each of the two, so that its depth's
/// standard deviation is about √2 · noise_px · z²/(f·b).
struct StructureFromMotionOptions {
  int count = 1500;            ///< Most corners looked at, the strongest first.
  float quality = 0.01F;       ///< Least strength of a corner, as a share of the strongest.
  float min_distance_px = 3;   ///< Between two corners.
  float matched = 0.7F;        ///< Share of the corners that are found again in other photos.
  float baseline = 0.1F;       ///< b, as a share of the scene's median depth.
  float min_angle_deg = 1.5F;  ///< Points whose rays meet at less are dropped, as COLMAP does.
  float noise_px = 0.3F;       ///< Standard deviation of a corner's position, per axis.
  float outliers = 0.01F;      ///< Share of the matches that are wrong: any disparity.
  ConfidenceLevels confidence = {};

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// A map of the ground truth's size: the points where their photo's corners were found, the nearest
/// one where several meet, and zeros. Empty of points where the image has no corners.
SimulatedPrompt simulate_structure_from_motion(const ObservedScene& scene,
                                               const StructureFromMotionOptions& options,
                                               std::uint64_t seed);

}  // namespace promptdepth
