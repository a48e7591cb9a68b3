#pragma once

#include <cstdint>

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/lidar_simulation.h"

namespace promptdepth {

/// One simulated prompt: which sensor, and how it is set.
struct PromptSimulation {
  enum class Kind { kPhoneLidar, kSparsePoints, kDownsampling };

  Kind kind = Kind::kPhoneLidar;
  PhoneLidarOptions phone_lidar = {};
  SparsePointsOptions sparse_points = {};
  int downsampled_width = 64;
  int downsampled_height = 48;
};

struct Interval {
  float low;
  float high;
};

/// What the prompts of training look like: shares of the sensors, and the intervals that their
/// settings are drawn from (uniformly, or uniformly in the logarithm where marked "log").
struct SimulationMix {
  float sparse_share = 0.15F;      ///< Of the prompts; the rest is phone LiDAR.
  float downsampled_share = 0.1F;  ///< Of the prompts.

  Interval anchor_spacing_px = {5, 30};  ///< In image pixels; log.
  Interval stride_px = {2, 9};           ///< In prompt pixels; with the spacing, the prompt's size.
  Interval distortion = {0, 0.5F};       ///< In strides.
  Interval rgb_sigma = {0.06F, 0.3F};    ///< Log.
  Interval noise = {0.001F, 0.008F};     ///< Relative; log.
  Interval bias = {0, 0.015F};           ///< Relative.
  Interval bleed = {0, 0.3F};
  float blur_share = 0.5F;       ///< Of the phone LiDAR prompts are smoothed ...
  Interval blur_px = {0.3F, 2};  ///< ... this much, in prompt pixels.
  float dropout_share = 0.3F;    ///< Of the phone LiDAR prompts miss anchors ...
  Interval dropout = {0.02F, 0.3F};
  float hole_share = 0.25F;        ///< Of the phone LiDAR prompts have holes ...
  Interval holes = {0.02F, 0.3F};  ///< ... of this share of their pixels; log.
  float clean_share = 0.05F;       ///< Of the phone LiDAR prompts keep the clean downsampled map.

  Interval point_count = {200, 2000};  ///< Log.
  Interval point_noise = {0, 0.008F};

  Interval downsampled_pixel_px = {2, 10};  ///< A downsampled prompt's pixel in image pixels; log.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Draws the settings for one image of the given size, which is also the ground truth's.
PromptSimulation sample_simulation(std::uint64_t seed, int image_width, int image_height,
                                   const SimulationMix& mix = {});

/// The prompt that the drawn sensor delivers, with zeros where it measured nothing; of the
/// simulation's resolution, not the image's. It may be without any measurement when the ground
/// truth is.
DepthMap simulate_prompt(const PromptSimulation& simulation, const DepthMap& ground_truth,
                         const Image& image, std::uint64_t seed);

}  // namespace promptdepth
