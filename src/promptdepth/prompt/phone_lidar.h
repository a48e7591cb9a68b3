#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/fill.h"
#include "promptdepth/prompt/observed_scene.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// A phone's LiDAR, as the paper simulates it (spec 4.2: anchors on a distorted grid, the rest
/// interpolated), with the defects that time-of-flight sensors really have. The defaults without
/// the defects (noise, bias, bleed, dropout, holes = 0, surfaces off) are the paper's.
struct PhoneLidarOptions {
  int prompt_width = 256;
  int prompt_height = 192;
  bool mean_truth = false;     ///< Anchors see the mean depth of their pixel, not the nearest one.
  float stride_px = 7;         ///< Anchor spacing in prompt pixels, at least 1.
  float distortion = 0.5F;     ///< Greatest shift of an anchor each way, in strides; 0 to 1.
  float distortion_cells = 4;  ///< The shift varies smoothly over this many strides; > 0.
  float jitter = 0;            ///< The same for a shift that each anchor has of its own.
  FillOptions fill = {};       ///< Interpolation between the anchors: k = 4, σ = 0.1.

  float noise = 0.003F;       ///< Standard deviation of an anchor's depth, relative to it.
  float bias = 0.01F;         ///< Greatest relative error that varies smoothly over the image.
  int bias_cells = 3;         ///< The bias varies over 1/bias_cells of the image; at least 1.
  float bleed = 0.1F;         ///< Share of anchors whose spot covers a second point ...
  float bleed_radius = 0.5F;  ///< ... at most this many strides away: a random mix of both depths.
  float anchor_dropout = 0;   ///< Share of anchors that are missing and interpolated; 0 to 0.95.
  /// Where the scene's surfaces are known, dark, mirroring, clear and glaring ones cost anchors or
  /// tell what lies beyond; the three below say how.
  bool surfaces = false;
  /// Diffuse reflectance of the surfaces that lose half of their anchors; a share 2^-(ρ/this) of
  /// the anchors is lost, at any range, as the paper's sensor has none.
  float half_reflectance = 0.02F;
  float highlight_luminance =
      0.97F;                       ///< Brighter pixels of the image, as encoded, may be glare ...
  float highlight_dropout = 0.5F;  ///< ... and lose this share of their anchors.
  float blur_px = 0;               ///< Gaussian σ of the device's own smoothing, prompt pixels.
  float hole_share = 0;            ///< Share of the prompt's pixels in smooth blobs without depth.
  int hole_cells = 5;              ///< Blobs are about 1/hole_cells of the image wide; at least 1.
  /// Interpolate also where the ground truth has no depth: for gaps of a scanner or of stereo,
  /// which the sensor would have measured, as opposed to the sky.
  bool bridge_missing_truth = false;
  float clean_probability = 0;  ///< Chance of the clean downsampled ground truth instead.

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// A prompt_width × prompt_height map. Without any measurement when no anchor meets a depth.
DepthMap simulate_phone_lidar(const ObservedScene& scene, const PhoneLidarOptions& options,
                              std::uint64_t seed);
DepthMap simulate_phone_lidar(const DepthMap& ground_truth, const Image& image,
                              const PhoneLidarOptions& options, std::uint64_t seed);

/// Only the anchors of that prompt, as measured: what simulate_phone_lidar interpolates.
DepthMap sample_lidar_anchors(const ObservedScene& scene, const PhoneLidarOptions& options,
                              std::uint64_t seed);
/// The same where nothing but the depth is known.
DepthMap sample_lidar_anchors(const DepthMap& ground_truth, const PhoneLidarOptions& options,
                              std::uint64_t seed);

}  // namespace promptdepth
