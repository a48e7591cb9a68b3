#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/lidar_simulation.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// Shares that add up to 1 on paper may add up to this much more in float32.
inline constexpr float kShareRounding = 1e-5F;

/// What the prompts of training look like: shares of the sensors, and the intervals that their
/// settings are drawn from (uniformly, or uniformly in the logarithm where marked "log"). What is
/// left of the shares is phone LiDAR.
struct SimulationMix {
  float sparse_share = 0.15F;             ///< Random points.
  float downsampled_share = 0.1F;         ///< The naive simulation.
  float time_of_flight_share = 0;         ///< Time-of-flight cameras.
  float spinning_share = 0;               ///< Spinning scanners.
  float structure_from_motion_share = 0;  ///< Clouds on corners.

  // Phone LiDAR.
  Interval anchor_spacing_px = {5, 30};  ///< In image pixels; log.
  Interval stride_px = {2, 9};           ///< In prompt pixels; with the spacing, the prompt's size.
  Interval distortion = {0, 0.5F};       ///< In strides.
  Interval rgb_sigma = {0.06F, 0.3F};    ///< Log.
  Interval noise = {0.001F, 0.008F};     ///< Relative; log.
  Interval bias = {0, 0.015F};           ///< Relative; also of time-of-flight cameras.
  Interval bleed = {0, 0.3F};
  float blur_share = 0.5F;       ///< Of the prompts are smoothed ...
  Interval blur_px = {0.3F, 2};  ///< ... this much, in prompt pixels.
  float dropout_share = 0.3F;    ///< Of the prompts miss anchors ...
  Interval dropout = {0.02F, 0.3F};
  float hole_share = 0.25F;        ///< Of the prompts have holes ...
  Interval holes = {0.02F, 0.3F};  ///< ... of this share of their pixels; log.
  float clean_share = 0.05F;       ///< Of the prompts keep the clean downsampled map.
  float surface_share = 0.5F;      ///< Of the prompts suffer from surfaces, where they are known.

  // Random points.
  Interval point_count = {200, 2000};  ///< Log.
  Interval point_noise = {0, 0.008F};

  // The naive simulation.
  Interval downsampled_pixel_px = {2, 10};  ///< A prompt pixel in image pixels; log.

  // Time-of-flight cameras.
  Interval tof_pixel_px = {1, 6};         ///< A prompt pixel in image pixels; log.
  Interval tof_half_range_m = {2, 10};    ///< Log.
  Interval tof_max_range_m = {4, 12};     ///< Log.
  Interval tof_jitter_m = {0.01F, 0.1F};  ///< Log.
  Interval tof_offset_m = {0, 0.02F};
  Interval tof_footprint = {1, 2.5F};
  Interval tof_flying = {0, 1};

  // Spinning scanners.
  Interval scanner_beam_step_deg = {0.15F, 1.5F};    ///< Log.
  Interval scanner_azimuth_step_deg = {0.1F, 0.5F};  ///< Log.
  Interval scanner_view_deg = {20, 60};              ///< Vertical field of view.
  Interval scanner_highest_deg = {2, 25};            ///< Elevation of the highest beam.
  Interval scanner_half_range_m = {20, 150};         ///< Log.
  Interval scanner_offset_m = {0, 0.5F};             ///< From the camera, in any direction.
  Interval scanner_calibration_deg = {0, 0.1F};
  Interval scanner_flying = {0, 0.3F};

  // Clouds on corners.
  Interval corner_count = {200, 3000};       ///< Most corners looked at; log.
  Interval corner_noise_px = {0.05F, 0.5F};  ///< Log.
  Interval corner_baseline = {0.05F, 0.3F};  ///< Relative to the median depth; log.
  Interval corner_outliers = {0, 0.03F};

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Draws the settings for one image of the given size, which is also the ground truth's.
SensorOptions sample_simulation(std::uint64_t seed, int image_width, int image_height,
                                const SimulationMix& mix = {});

/// The prompt that the drawn sensor delivers, with zeros where it measured nothing; of the
/// simulation's resolution, not the image's. Where the sensor sees next to nothing (a phone on an
/// open field, corners on a white wall), 500 random points take its place. So it is without any
/// measurement only when the ground truth is.
DepthMap simulate_prompt(const SensorOptions& simulation, const ObservedScene& scene,
                         std::uint64_t seed);
DepthMap simulate_prompt(const SensorOptions& simulation, const DepthMap& ground_truth,
                         const Image& image, std::uint64_t seed);

}  // namespace promptdepth
