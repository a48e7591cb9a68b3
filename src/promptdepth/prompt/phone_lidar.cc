#include "promptdepth/prompt/phone_lidar.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "promptdepth/prompt/blur_measured.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/downsampling.h"
#include "promptdepth/prompt/pixel_grid.h"
#include "promptdepth/prompt/simulation_random.h"
#include "promptdepth/prompt/smooth_field.h"

namespace promptdepth {
namespace {

DepthMap truth_on_prompt_grid(const DepthMap& ground_truth, const PhoneLidarOptions& options) {
  return simulate_downsampling(
      ground_truth,
      {.width = options.prompt_width, .height = options.prompt_height, .mean = options.mean_truth});
}

/// What surfaces do to single anchors.
class AnchorSurfaces {
 public:
  /// Keeps references to both.
  AnchorSurfaces(const ObservedScene& scene, const PhoneLidarOptions& options, std::uint64_t seed)
      : scene_(scene),
        options_(options),
        matter_(options.surfaces && scene.surfaces != nullptr),
        detection_(random_stream(seed, Stream::kDetection)),
        highlight_(random_stream(seed, Stream::kHighlight)),
        surface_(random_stream(seed, Stream::kSurface)) {}

  /// The depth that an anchor at pixel (x, y) of the prompt tells of a surface of depth z; 0 where
  /// nothing comes back. Draws the same amount of numbers for every anchor.
  float depth_told(int x, int y, float z) {
    const float detection = detection_.uniform();
    const bool glared = highlight_.chance(options_.highlight_dropout);
    const float part_of_light = surface_.uniform();
    if (!matter_) return z;
    const int u = nearest_pixel(x, options_.prompt_width, scene_.depth.width);
    const int v = nearest_pixel(y, options_.prompt_height, scene_.depth.height);
    if (glared && scene_.luminance(u, v) > options_.highlight_luminance) return 0;
    if (detection < lost_share(u, v)) return 0;
    return scene_.depth_told(u, v, z, part_of_light);
  }

 private:
  float lost_share(int u, int v) const {
    const DepthMap& reflectance = scene_.surfaces->reflectance;
    return reflectance.empty() ? 0 : std::exp2(-reflectance.at(u, v) / options_.half_reflectance);
  }

  const ObservedScene& scene_;
  const PhoneLidarOptions& options_;
  bool matter_;
  Random detection_;
  Random highlight_;
  Random surface_;
};

/// Measures the anchors of one prompt; the truth is given on the prompt's grid.
class AnchorSampler {
 public:
  AnchorSampler(const ObservedScene& scene, const DepthMap& truth, const PhoneLidarOptions& options,
                std::uint64_t seed)
      : truth_(truth),
        options_(options),
        surfaces_(scene, options, seed),
        dropout_(random_stream(seed, Stream::kDropout)),
        noise_(random_stream(seed, Stream::kNoise)),
        bleed_(random_stream(seed, Stream::kBleed)),
        jitter_(random_stream(seed, Stream::kJitter)),
        shift_random_(random_stream(seed, Stream::kShift)),
        bias_random_(random_stream(seed, Stream::kBias)),
        shift_x_(make_shift()),
        shift_y_(make_shift()),
        bias_(options.bias_cells, options.bias_cells, bias_random_) {}

  /// A prompt-sized map of the anchors' measurements and zeros.
  DepthMap sample() {
    DepthMap anchors(options_.prompt_width, options_.prompt_height);
    const float first = std::floor(options_.stride_px / 2);
    for (float y = first; y < static_cast<float>(anchors.height); y += options_.stride_px) {
      for (float x = first; x < static_cast<float>(anchors.width); x += options_.stride_px) {
        place_anchor(x, y, anchors);
      }
    }
    return anchors;
  }

 private:
  SmoothField make_shift() {
    const float cell_px = options_.distortion_cells * options_.stride_px;
    const auto cells = [&](int size) {
      return std::max(1, static_cast<int>(std::lround(static_cast<float>(size) / cell_px)));
    };
    return {cells(options_.prompt_width), cells(options_.prompt_height), shift_random_};
  }

  void place_anchor(float grid_x, float grid_y, DepthMap& anchors) {
    const float u = (grid_x + 0.5F) / static_cast<float>(anchors.width);
    const float v = (grid_y + 0.5F) / static_cast<float>(anchors.height);
    const int x = clamped(grid_x + options_.stride_px * shift(shift_x_, u, v), anchors.width);
    const int y = clamped(grid_y + options_.stride_px * shift(shift_y_, u, v), anchors.height);
    const float measured = measure(x, y) * (1 + options_.bias * bias_.at(u, v));
    const bool dropped = dropout_.chance(options_.anchor_dropout);
    if (measured > 0 && !dropped) anchors.at(x, y) = std::max(measured, kNearest_m);
  }

  /// In strides.
  float shift(const SmoothField& field, float u, float v) {
    return options_.distortion * field.at(u, v) + options_.jitter * jitter_.uniform(-1, 1);
  }

  /// Draws the same amount of numbers for every anchor, whatever it meets.
  float measure(int x, int y) {
    const float radius = options_.bleed_radius * options_.stride_px * std::sqrt(bleed_.uniform());
    const float angle = 2 * std::numbers::pi_v<float> * bleed_.uniform();
    const float share = bleed_.uniform();
    const bool bleeds = bleed_.chance(options_.bleed);
    const float error = options_.noise * noise_.normal();

    float z = surfaces_.depth_told(x, y, truth_.at(x, y));
    if (bleeds) {
      const float second = truth_.at(
          clamped(static_cast<float>(x) + radius * std::cos(angle), options_.prompt_width),
          clamped(static_cast<float>(y) + radius * std::sin(angle), options_.prompt_height));
      if (z > 0 && second > 0) z = std::lerp(z, second, share);
    }
    return z * (1 + error);
  }

  static int clamped(float position, int size) {
    return std::clamp(static_cast<int>(std::lround(position)), 0, size - 1);
  }

  const DepthMap& truth_;
  const PhoneLidarOptions& options_;
  AnchorSurfaces surfaces_;
  Random dropout_;
  Random noise_;
  Random bleed_;
  Random jitter_;
  Random shift_random_;
  Random bias_random_;
  SmoothField shift_x_;
  SmoothField shift_y_;
  SmoothField bias_;
};

/// Zeroes the `hole_share` of all pixels where a smooth random field is least.
void cut_holes(const PhoneLidarOptions& options, Random random, DepthMap& prompt) {
  const auto count =
      static_cast<std::size_t>(options.hole_share * static_cast<float>(prompt.pixel_count()));
  if (count == 0) return;
  const SmoothField field(options.hole_cells, options.hole_cells, random);
  std::vector<float> level(prompt.pixel_count());
  for (int y = 0, i = 0; y < prompt.height; ++y) {
    for (int x = 0; x < prompt.width; ++x, ++i) {
      level[static_cast<std::size_t>(i)] =
          field.at((static_cast<float>(x) + 0.5F) / static_cast<float>(prompt.width),
                   (static_cast<float>(y) + 0.5F) / static_cast<float>(prompt.height));
    }
  }
  std::vector<float> sorted = level;
  const auto limit = sorted.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(sorted.begin(), limit, sorted.end());
  for (std::size_t i = 0; i < level.size(); ++i) {
    if (level[i] <= *limit) prompt.values[i] = 0;
  }
}

void clear_where_missing(const DepthMap& truth_on_grid, DepthMap& prompt) {
  for (std::size_t i = 0; i < prompt.pixel_count(); ++i) {
    if (!(truth_on_grid.values[i] > 0)) prompt.values[i] = 0;
  }
}

}  // namespace

std::vector<OptionField> PhoneLidarOptions::fields() {
  return {
      {"prompt_width", &prompt_width, 1, 8192, "pixels of the prompt"},
      {"prompt_height", &prompt_height, 1, 8192, "pixels of the prompt"},
      {"mean_truth", &mean_truth, 0, 1, "anchors see the mean depth of their pixel"},
      {"stride_px", &stride_px, 1, 1e6, "anchor spacing in prompt pixels"},
      {"distortion", &distortion, 0, 1, "greatest smooth shift of an anchor, in strides"},
      {"distortion_cells", &distortion_cells, 0.1, 1e6, "strides over which that shift varies"},
      {"jitter", &jitter, 0, 1, "greatest shift of each anchor by itself, in strides"},
      {"neighbours", &fill.neighbours, 1, kMaxNeighbours, "anchors that a pixel is made from (k)"},
      {"rgb_sigma", &fill.rgb_sigma, 1e-6, 1e6, "sigma of the colour similarity"},
      {"noise", &noise, 0, 1, "standard deviation of an anchor, relative to its depth"},
      {"bias", &bias, 0, 1, "greatest relative error that varies smoothly over the image"},
      {"bias_cells", &bias_cells, 1, 1000, "the bias varies over 1/bias_cells of the image"},
      {"bleed", &bleed, 0, 1, "share of anchors that mix two depths"},
      {"bleed_radius", &bleed_radius, 0, 100, "greatest distance of the second one, in strides"},
      {"anchor_dropout", &anchor_dropout, 0, 0.95, "share of missing anchors"},
      {"surfaces", &surfaces, 0, 1, "dark, mirroring, clear and glaring surfaces cost anchors"},
      {"half_reflectance", &half_reflectance, 1e-6, 1, "of surfaces that lose half of theirs"},
      {"highlight_luminance", &highlight_luminance, 0, 1, "brighter pixels may be glare"},
      {"highlight_dropout", &highlight_dropout, 0, 1, "share of anchors lost there"},
      {"blur_px", &blur_px, 0, 100, "sigma of the device's smoothing in prompt pixels"},
      {"hole_share", &hole_share, 0, 1, "share of pixels in blobs without depth"},
      {"hole_cells", &hole_cells, 1, 1000, "blobs are about 1/hole_cells of the image wide"},
      {"bridge_missing_truth", &bridge_missing_truth, 0, 1,
       "interpolate also where the ground truth has no depth"},
      {"clean_probability", &clean_probability, 0, 1, "chance of the downsampled ground truth"}};
}

void PhoneLidarOptions::validate() const {
  check_fields("phone LiDAR", PhoneLidarOptions(*this).fields());
}

DepthMap sample_lidar_anchors(const ObservedScene& scene, const PhoneLidarOptions& options,
                              std::uint64_t seed) {
  options.validate();
  scene.validate();
  return AnchorSampler(scene, truth_on_prompt_grid(scene.depth, options), options, seed).sample();
}

DepthMap sample_lidar_anchors(const DepthMap& ground_truth, const PhoneLidarOptions& options,
                              std::uint64_t seed) {
  const Image none(1, 1);
  return sample_lidar_anchors({.depth = ground_truth, .image = none}, options, seed);
}

DepthMap simulate_phone_lidar(const ObservedScene& scene, const PhoneLidarOptions& options,
                              std::uint64_t seed) {
  options.validate();
  scene.validate();
  // 1. Ground truth at the prompt's resolution.
  DepthMap on_grid = truth_on_prompt_grid(scene.depth, options);
  if (count_valid(on_grid) == 0) return on_grid;
  if (random_stream(seed, Stream::kKeepClean).chance(options.clean_probability)) {
    return options.bridge_missing_truth ? fill_holes(on_grid, &scene.image, options.fill) : on_grid;
  }
  // 2. Anchors on a distorted grid.
  DepthMap anchors = AnchorSampler(scene, on_grid, options, seed).sample();
  if (count_valid(anchors) == 0) return anchors;
  // 3. The rest from the nearest anchors, weighted by distance and image similarity.
  DepthMap prompt = fill_holes(anchors, &scene.image, options.fill);
  // What the device adds.
  if (!options.bridge_missing_truth) clear_where_missing(on_grid, prompt);
  prompt = blur_measured(prompt, options.blur_px);
  cut_holes(options, random_stream(seed, Stream::kHoles), prompt);
  return prompt;
}

DepthMap simulate_phone_lidar(const DepthMap& ground_truth, const Image& image,
                              const PhoneLidarOptions& options, std::uint64_t seed) {
  return simulate_phone_lidar({.depth = ground_truth, .image = image}, options, seed);
}

}  // namespace promptdepth
