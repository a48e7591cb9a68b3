#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "promptdepth/prompt/observed_scene.h"
#include "promptdepth/prompt/option_field.h"
#include "promptdepth/prompt/simulation_random.h"

namespace promptdepth {

/// How much of an active sensor's light comes back, and how well that tells the range: what
/// time-of-flight cameras and scanners have in common.
///
/// A diffuse surface of reflectance ρ at range r returns N = ln 2 · (ρ/0.1) · (half_range_m/r)²
/// photons per measurement on average. It is measured with probability 1 - exp(-N), with a standard
/// deviation σ of σ² = noise_floor_m² + jitter_m²/max(N, 1). So noise and drop-out grow with the
/// range and on dark surfaces.
struct ReturnOptions {
  float half_range_m = 4;         ///< Range at which half of the 10 % grey surfaces are measured.
  float jitter_m = 0.05F;         ///< Standard deviation of the range that one photon tells.
  float noise_floor_m = 0.003F;   ///< What no number of photons averages away.
  float min_range_m = 0.2F;       ///< Nearer is not measured.
  float max_range_m = 5;          ///< Farther is not measured.
  float min_reflectance = 0.02F;  ///< Of the darkest surfaces.
  float dropout = 0;              ///< Share of the measurements lost whatever they meet.
  /// Pixels brighter than this (luminance as encoded) may be glare ...
  float highlight_luminance = 0.97F;
  float highlight_dropout = 0.5F;  ///< ... and lose this share of their measurements.
  ConfidenceLevels confidence = {};

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names `what`, the field, its value and its range.
  void validate(std::string_view what) const;
};

/// One measurement.
struct LightReturn {
  float range_m = 0;  ///< 0: nothing came back, or what came back is out of range.
  float sigma_m = 0;  ///< Its standard deviation, without what edges add; undefined if range_m = 0.
};

/// Simulates measurements one after the other. Each takes the same amount of numbers of every
/// defect's stream, whatever it meets.
class LightReturns {
 public:
  /// Keeps references to both.
  LightReturns(const ObservedScene& scene, const ReturnOptions& options, std::uint64_t seed);

  /// Diffuse reflectance at a pixel of the ground truth: the scene's own where it is known, else
  /// the image's linear luminance, taken as the square of the encoded one; at least
  /// min_reflectance.
  float reflectance(int x, int y) const;

  /// A measurement of the surface at pixel (x, y) of the ground truth, of planar depth z_m and at
  /// range range_m; with its noise. A share of the light as large as the surface's mirror and
  /// transparency measures what lies beyond it, or nothing where that is not known.
  LightReturn measure(int x, int y, float z_m, float range_m);

 private:
  const ObservedScene& scene_;
  const ReturnOptions& options_;
  float photon_scale_;  ///< N · r²/ρ.
  Random detection_;
  Random dropout_;
  Random highlight_;
  Random surface_;
  Random noise_;
};

}  // namespace promptdepth
