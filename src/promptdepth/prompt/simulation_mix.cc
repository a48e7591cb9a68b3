#include "promptdepth/prompt/simulation_mix.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

/// A sensor with fewer measurements than this sees next to nothing.
constexpr std::size_t kFewestMeasurements = 16;

float draw(const Interval& interval, Random& random) {
  return std::lerp(interval.low, interval.high, random.uniform());
}

float draw_log(const Interval& interval, Random& random) {
  return std::exp(draw({std::log(interval.low), std::log(interval.high)}, random));
}

/// How many pixels of `pixel_px` image pixels cover `size` image pixels.
int pixels_of(int size, float pixel_px) {
  return std::clamp(static_cast<int>(std::lround(static_cast<float>(size) / pixel_px)), 1, 8192);
}

struct ImageSize {
  int width;
  int height;
};

PhoneLidarOptions draw_phone_lidar(ImageSize image, const SimulationMix& mix, Random& random) {
  PhoneLidarOptions options;
  options.stride_px = draw(mix.stride_px, random);
  const float pixel_px = draw_log(mix.anchor_spacing_px, random) / options.stride_px;
  options.prompt_width = pixels_of(image.width, pixel_px);
  options.prompt_height = pixels_of(image.height, pixel_px);
  options.distortion = draw(mix.distortion, random);
  options.fill.rgb_sigma = draw_log(mix.rgb_sigma, random);
  options.noise = draw_log(mix.noise, random);
  options.bias = draw(mix.bias, random);
  options.bleed = draw(mix.bleed, random);
  if (random.chance(mix.blur_share)) options.blur_px = draw(mix.blur_px, random);
  if (random.chance(mix.dropout_share)) options.anchor_dropout = draw(mix.dropout, random);
  if (random.chance(mix.hole_share)) options.hole_share = draw_log(mix.holes, random);
  options.clean_probability = mix.clean_share;
  return options;
}

SparsePointsOptions draw_sparse_points(const SimulationMix& mix, Random& random) {
  SparsePointsOptions options;
  options.count = static_cast<int>(std::lround(draw_log(mix.point_count, random)));
  options.noise = draw(mix.point_noise, random);
  return options;
}

DownsamplingOptions draw_downsampling(ImageSize image, const SimulationMix& mix, Random& random) {
  const float pixel_px = draw_log(mix.downsampled_pixel_px, random);
  return {.width = pixels_of(image.width, pixel_px), .height = pixels_of(image.height, pixel_px)};
}

TimeOfFlightOptions draw_time_of_flight(ImageSize image, const SimulationMix& mix, Random& random) {
  TimeOfFlightOptions options;
  const float pixel_px = draw_log(mix.tof_pixel_px, random);
  options.width = pixels_of(image.width, pixel_px);
  options.height = pixels_of(image.height, pixel_px);
  options.returns.half_range_m = draw_log(mix.tof_half_range_m, random);
  options.returns.max_range_m = draw_log(mix.tof_max_range_m, random);
  options.returns.jitter_m = draw_log(mix.tof_jitter_m, random);
  options.offset_m = draw(mix.tof_offset_m, random);
  options.footprint = draw(mix.tof_footprint, random);
  options.flying = draw(mix.tof_flying, random);
  options.bias = draw(mix.bias, random);
  const bool smoothed = random.chance(mix.blur_share);
  options.blur_px = smoothed ? draw(mix.blur_px, random) : 0;
  return options;
}

SpinningLidarOptions draw_spinning_lidar(const SimulationMix& mix, Random& random) {
  SpinningLidarOptions options;
  const float step_deg = draw_log(mix.scanner_beam_step_deg, random);
  options.azimuth_step_deg = draw_log(mix.scanner_azimuth_step_deg, random);
  const float view_deg = draw(mix.scanner_view_deg, random);
  options.beams = 1 + static_cast<int>(std::lround(view_deg / step_deg));
  options.highest_deg = draw(mix.scanner_highest_deg, random);
  options.lowest_deg = options.highest_deg - view_deg;
  options.returns.half_range_m = draw_log(mix.scanner_half_range_m, random);
  options.returns.max_range_m = 2 * options.returns.half_range_m;
  const float offset_m = draw(mix.scanner_offset_m, random);
  options.right_m = offset_m * random.uniform(-1, 1);
  options.up_m = offset_m * random.uniform(-1, 1);
  options.forward_m = offset_m * random.uniform(-1, 1);
  options.calibration_deg = draw(mix.scanner_calibration_deg, random);
  options.flying = draw(mix.scanner_flying, random);
  return options;
}

StructureFromMotionOptions draw_structure_from_motion(const SimulationMix& mix, Random& random) {
  StructureFromMotionOptions options;
  options.count = static_cast<int>(std::lround(draw_log(mix.corner_count, random)));
  options.noise_px = draw_log(mix.corner_noise_px, random);
  options.baseline = draw_log(mix.corner_baseline, random);
  options.outliers = draw(mix.corner_outliers, random);
  return options;
}

}  // namespace

std::vector<OptionField> SimulationMix::fields() {
  return {
      {"sparse_share", &sparse_share, 0, 1, "of the prompts: random points"},
      {"downsampled_share", &downsampled_share, 0, 1, "of the prompts: naive downsampling"},
      {"time_of_flight_share", &time_of_flight_share, 0, 1, "of the prompts: time of flight"},
      {"spinning_share", &spinning_share, 0, 1, "of the prompts: spinning scanners"},
      {"structure_from_motion_share", &structure_from_motion_share, 0, 1,
       "of the prompts: clouds on corners"},
      {"anchor_spacing_px", &anchor_spacing_px, 1, 1000, "phone LiDAR: in image pixels"},
      {"stride_px", &stride_px, 1, 100, "phone LiDAR: in prompt pixels"},
      {"distortion", &distortion, 0, 1, "phone LiDAR: in strides"},
      {"rgb_sigma", &rgb_sigma, 1e-3, 100, "phone LiDAR: colour similarity"},
      {"noise", &noise, 1e-6, 1, "phone LiDAR: relative"},
      {"bias", &bias, 0, 0.9, "phone LiDAR and time of flight: relative"},
      {"bleed", &bleed, 0, 1, "phone LiDAR: share of anchors"},
      {"blur_share", &blur_share, 0, 1, "phone LiDAR and time of flight: share of prompts"},
      {"blur_px", &blur_px, 0, 100, "phone LiDAR and time of flight: in prompt pixels"},
      {"dropout_share", &dropout_share, 0, 1, "phone LiDAR: share of prompts"},
      {"dropout", &dropout, 0, 0.95, "phone LiDAR: share of anchors"},
      {"hole_share", &hole_share, 0, 1, "phone LiDAR: share of prompts"},
      {"holes", &holes, 1e-6, 1, "phone LiDAR: share of pixels"},
      {"clean_share", &clean_share, 0, 1, "phone LiDAR: share of prompts"},
      {"surface_share", &surface_share, 0, 1,
       "phone LiDAR: share of prompts that suffer from surfaces"},
      {"point_count", &point_count, 1, 1e8, "random points"},
      {"point_noise", &point_noise, 0, 1, "random points: relative"},
      {"downsampled_pixel_px", &downsampled_pixel_px, 0.1, 1000, "downsampling: in image pixels"},
      {"tof_pixel_px", &tof_pixel_px, 0.1, 1000, "time of flight: in image pixels"},
      {"tof_half_range_m", &tof_half_range_m, 0.01, 1e5, "time of flight"},
      {"tof_max_range_m", &tof_max_range_m, 0.3, 1e5, "time of flight"},
      {"tof_jitter_m", &tof_jitter_m, 1e-6, 100, "time of flight: of one photon"},
      {"tof_offset_m", &tof_offset_m, 0, 10, "time of flight"},
      {"tof_footprint", &tof_footprint, 0.01, 100, "time of flight: in prompt pixels"},
      {"tof_flying", &tof_flying, 0, 1, "time of flight: share of edge pixels"},
      {"scanner_beam_step_deg", &scanner_beam_step_deg, 0.1, 90, "spinning: between beams"},
      {"scanner_azimuth_step_deg", &scanner_azimuth_step_deg, 0.01, 90, "spinning"},
      {"scanner_view_deg", &scanner_view_deg, 0, 90, "spinning: from lowest to highest beam"},
      {"scanner_highest_deg", &scanner_highest_deg, 1, 89, "spinning: highest beam"},
      {"scanner_half_range_m", &scanner_half_range_m, 1, 5e4, "spinning"},
      {"scanner_offset_m", &scanner_offset_m, 0, 100, "spinning: from the camera"},
      {"scanner_calibration_deg", &scanner_calibration_deg, 0, 10, "spinning"},
      {"scanner_flying", &scanner_flying, 0, 1, "spinning: share of beams on an edge"},
      {"corner_count", &corner_count, 1, 1e7, "structure from motion"},
      {"corner_noise_px", &corner_noise_px, 1e-6, 100, "structure from motion: per axis"},
      {"corner_baseline", &corner_baseline, 1e-4, 10, "structure from motion: of median depth"},
      {"corner_outliers", &corner_outliers, 0, 1, "structure from motion: share of matches"}};
}

void SimulationMix::validate() const {
  check_fields("simulation mix", SimulationMix(*this).fields());
  const float sum = sparse_share + downsampled_share + time_of_flight_share + spinning_share +
                    structure_from_motion_share;
  if (sum <= 1 + kShareRounding) return;
  fail(ErrorKind::kInvalidArgument,
       "simulation mix: expected the shares of the sensors to sum up to at most 1, found {}", sum);
}

SensorOptions sample_simulation(std::uint64_t seed, int image_width, int image_height,
                                const SimulationMix& mix) {
  mix.validate();
  PD_CHECK(image_width >= 1 && image_height >= 1);
  const ImageSize image{image_width, image_height};
  Random random(seed);
  float choice = random.uniform();
  // Everything is drawn, whatever is chosen: other shares leave the settings as they were.
  PhoneLidarOptions phone = draw_phone_lidar(image, mix, random);
  const std::pair<float, SensorOptions> others[] = {
      {mix.sparse_share, draw_sparse_points(mix, random)},
      {mix.downsampled_share, draw_downsampling(image, mix, random)},
      {mix.time_of_flight_share, draw_time_of_flight(image, mix, random)},
      {mix.spinning_share, draw_spinning_lidar(mix, random)},
      {mix.structure_from_motion_share, draw_structure_from_motion(mix, random)}};
  phone.surfaces = random.chance(mix.surface_share);
  for (const auto& [share, options] : others) {
    if (choice < share) return options;
    choice -= share;
  }
  return phone;
}

DepthMap simulate_prompt(const SensorOptions& simulation, const ObservedScene& scene,
                         std::uint64_t seed) {
  DepthMap prompt = simulate_sensor(scene, simulation, seed).depth;
  const std::size_t measured = count_valid(prompt);
  if (measured >= kFewestMeasurements || measured >= count_valid(scene.depth)) return prompt;
  return simulate_sparse_points(scene.depth, {}, seed);
}

DepthMap simulate_prompt(const SensorOptions& simulation, const DepthMap& ground_truth,
                         const Image& image, std::uint64_t seed) {
  return simulate_prompt(simulation, {.depth = ground_truth, .image = image}, seed);
}

}  // namespace promptdepth
