#include "promptdepth/prompt/simulation_mix.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

float draw(const Interval& interval, Random& random) {
  return std::lerp(interval.low, interval.high, random.uniform());
}

float draw_log(const Interval& interval, Random& random) {
  return std::exp(draw({std::log(interval.low), std::log(interval.high)}, random));
}

void require_interval(const Interval& interval, const char* name, float least, float greatest) {
  if (!(interval.low >= least && interval.low <= interval.high && interval.high <= greatest)) {
    fail(ErrorKind::kInvalidArgument,
         "simulation mix: expected {} as an interval within {} and {}, found {} to {}", name, least,
         greatest, interval.low, interval.high);
  }
}

void require_share(float value, const char* name) { require_interval({value, value}, name, 0, 1); }

/// How many pixels of `pixel_px` image pixels cover `size` image pixels.
int pixels_of(int size, float pixel_px) {
  return std::max(1, static_cast<int>(std::lround(static_cast<float>(size) / pixel_px)));
}

PhoneLidarOptions draw_phone_lidar(int image_width, int image_height, const SimulationMix& mix,
                                   Random& random) {
  PhoneLidarOptions options;
  options.stride_px = draw(mix.stride_px, random);
  const float pixel_px = draw_log(mix.anchor_spacing_px, random) / options.stride_px;
  options.prompt_width = pixels_of(image_width, pixel_px);
  options.prompt_height = pixels_of(image_height, pixel_px);
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

}  // namespace

void SimulationMix::validate() const {
  require_share(sparse_share, "sparse_share");
  require_share(downsampled_share, "downsampled_share");
  require_share(sparse_share + downsampled_share, "sparse_share + downsampled_share");
  require_interval(anchor_spacing_px, "anchor_spacing_px", 1, 1000);
  require_interval(stride_px, "stride_px", 1, 100);
  require_interval(distortion, "distortion", 0, 1);
  require_interval(rgb_sigma, "rgb_sigma", 1e-3F, 100);
  require_interval(noise, "noise", 1e-6F, 1);
  require_interval(bias, "bias", 0, 1);
  require_interval(bleed, "bleed", 0, 1);
  require_share(blur_share, "blur_share");
  require_interval(blur_px, "blur_px", 0, 100);
  require_share(dropout_share, "dropout_share");
  require_interval(dropout, "dropout", 0, 0.95F);
  require_share(hole_share, "hole_share");
  require_interval(holes, "holes", 1e-6F, 1);
  require_share(clean_share, "clean_share");
  require_interval(point_count, "point_count", 1, 1e8F);
  require_interval(point_noise, "point_noise", 0, 1);
  require_interval(downsampled_pixel_px, "downsampled_pixel_px", 0.1F, 1000);
}

PromptSimulation sample_simulation(std::uint64_t seed, int image_width, int image_height,
                                   const SimulationMix& mix) {
  mix.validate();
  PD_CHECK(image_width >= 1 && image_height >= 1);
  Random random(seed);
  using Kind = PromptSimulation::Kind;
  const float choice = random.uniform();
  PromptSimulation simulation;
  simulation.kind = choice < mix.sparse_share                           ? Kind::kSparsePoints
                    : choice < mix.sparse_share + mix.downsampled_share ? Kind::kDownsampling
                                                                        : Kind::kPhoneLidar;
  simulation.phone_lidar = draw_phone_lidar(image_width, image_height, mix, random);
  simulation.sparse_points.count = static_cast<int>(std::lround(draw_log(mix.point_count, random)));
  simulation.sparse_points.noise = draw(mix.point_noise, random);
  const float pixel_px = draw_log(mix.downsampled_pixel_px, random);
  simulation.downsampled_width = pixels_of(image_width, pixel_px);
  simulation.downsampled_height = pixels_of(image_height, pixel_px);
  return simulation;
}

DepthMap simulate_prompt(const PromptSimulation& simulation, const DepthMap& ground_truth,
                         const Image& image, std::uint64_t seed) {
  switch (simulation.kind) {
    case PromptSimulation::Kind::kPhoneLidar:
      return simulate_phone_lidar(ground_truth, image, simulation.phone_lidar, seed);
    case PromptSimulation::Kind::kSparsePoints:
      return simulate_sparse_points(ground_truth, simulation.sparse_points, seed);
    case PromptSimulation::Kind::kDownsampling:
      return simulate_downsampling(ground_truth, simulation.downsampled_width,
                                   simulation.downsampled_height);
  }
  fail(ErrorKind::kInternal, "unknown kind of simulated prompt");
}

}  // namespace promptdepth
