#include "promptdepth/prompt/lidar_simulation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/blur_measured.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/guide.h"
#include "promptdepth/prompt/pixel_grid.h"
#include "promptdepth/prompt/smooth_field.h"

namespace promptdepth {
namespace {

constexpr float kNearest_m = 1e-3F;  ///< Noise makes no depth smaller than this.

enum Stream : std::uint64_t { kKeepClean, kShift, kDropout, kNoise, kBias, kBleed, kHoles, kPick };

Random stream(std::uint64_t seed, Stream which) { return Random(splitmix64(seed) ^ (which + 1)); }

template <typename T>
void require(bool holds, const char* name, T value, const char* range) {
  if (!holds) {
    fail(ErrorKind::kInvalidArgument, "LiDAR simulation: expected {} {}, found {}", name, range,
         value);
  }
}

void require_share(float value, const char* name) {
  require(value >= 0 && value <= 1, name, value, "from 0 to 1");
}

void check_inputs(const DepthMap& ground_truth, const Image* image) {
  if (ground_truth.empty() || (image != nullptr && image->empty())) {
    fail(ErrorKind::kInvalidArgument,
         "LiDAR simulation: expected ground truth and an image, found an empty one");
  }
}

float noisy(float z, float relative_sigma, Random& random) {
  return std::max(z * (1 + relative_sigma * random.normal()), kNearest_m);
}

/// Measures the anchors of one prompt.
class AnchorSampler {
 public:
  AnchorSampler(const DepthMap& ground_truth, const PhoneLidarOptions& options, std::uint64_t seed)
      : truth_(ground_truth),
        options_(options),
        dropout_(stream(seed, kDropout)),
        noise_(stream(seed, kNoise)),
        bleed_(stream(seed, kBleed)),
        shift_random_(stream(seed, kShift)),
        bias_random_(stream(seed, kBias)),
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
    const float reach = options_.distortion * options_.stride_px;
    const int x = clamped(grid_x + reach * shift_x_.at(u, v), anchors.width);
    const int y = clamped(grid_y + reach * shift_y_.at(u, v), anchors.height);
    const float measured = measure(x, y) * (1 + options_.bias * bias_.at(u, v));
    const bool dropped = dropout_.chance(options_.anchor_dropout);
    if (measured > 0 && !dropped) anchors.at(x, y) = std::max(measured, kNearest_m);
  }

  /// Draws the same amount of numbers for every anchor, whatever it meets.
  float measure(int x, int y) {
    const float radius = options_.bleed_radius * options_.stride_px * std::sqrt(bleed_.uniform());
    const float angle = 2 * std::numbers::pi_v<float> * bleed_.uniform();
    const float share = bleed_.uniform();
    const bool bleeds = bleed_.chance(options_.bleed);
    const float error = options_.noise * noise_.normal();

    float z = truth_at(x, y);
    if (bleeds) {
      const float second = truth_at(
          clamped(static_cast<float>(x) + radius * std::cos(angle), options_.prompt_width),
          clamped(static_cast<float>(y) + radius * std::sin(angle), options_.prompt_height));
      if (z > 0 && second > 0) z = std::lerp(z, second, share);
    }
    return z * (1 + error);
  }

  float truth_at(int x, int y) const {
    return truth_.at(nearest_pixel(x, options_.prompt_width, truth_.width),
                     nearest_pixel(y, options_.prompt_height, truth_.height));
  }

  static int clamped(float position, int size) {
    return std::clamp(static_cast<int>(std::lround(position)), 0, size - 1);
  }

  const DepthMap& truth_;
  const PhoneLidarOptions& options_;
  Random dropout_;
  Random noise_;
  Random bleed_;
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

void PhoneLidarOptions::validate() const {
  require(prompt_width >= 1, "prompt_width", prompt_width, "of at least 1");
  require(prompt_height >= 1, "prompt_height", prompt_height, "of at least 1");
  require(stride_px >= 1 && stride_px <= 1e6F, "stride_px", stride_px, "of at least 1");
  require_share(distortion, "distortion");
  require(distortion_cells >= 0.1F && distortion_cells <= 1e6F, "distortion_cells",
          distortion_cells, "of at least 0.1");
  fill.validate();
  require(noise >= 0 && noise <= 1, "noise", noise, "from 0 to 1");
  require_share(bias, "bias");
  require(bias_cells >= 1 && bias_cells <= 1000, "bias_cells", bias_cells, "from 1 to 1000");
  require_share(bleed, "bleed");
  require(bleed_radius >= 0 && bleed_radius <= 100, "bleed_radius", bleed_radius, "from 0 to 100");
  require(anchor_dropout >= 0 && anchor_dropout <= 0.95F, "anchor_dropout", anchor_dropout,
          "from 0 to 0.95");
  require(blur_px >= 0 && blur_px <= 100, "blur_px", blur_px, "from 0 to 100");
  require_share(hole_share, "hole_share");
  require(hole_cells >= 1 && hole_cells <= 1000, "hole_cells", hole_cells, "from 1 to 1000");
  require_share(clean_probability, "clean_probability");
}

void SparsePointsOptions::validate() const {
  require(count >= 1, "count", count, "of at least 1");
  require(noise >= 0 && noise <= 1, "noise", noise, "from 0 to 1");
}

DepthMap sample_lidar_anchors(const DepthMap& ground_truth, const PhoneLidarOptions& options,
                              std::uint64_t seed) {
  options.validate();
  check_inputs(ground_truth, nullptr);
  return AnchorSampler(ground_truth, options, seed).sample();
}

DepthMap simulate_phone_lidar(const DepthMap& ground_truth, const Image& image,
                              const PhoneLidarOptions& options, std::uint64_t seed) {
  options.validate();
  check_inputs(ground_truth, &image);
  // 1. Ground truth at the prompt's resolution.
  DepthMap on_grid =
      simulate_downsampling(ground_truth, options.prompt_width, options.prompt_height);
  if (count_valid(on_grid) == 0) return on_grid;
  if (stream(seed, kKeepClean).chance(options.clean_probability)) {
    return options.bridge_missing_truth ? fill_holes(on_grid, &image, options.fill) : on_grid;
  }
  // 2. Anchors on a distorted grid.
  DepthMap anchors = sample_lidar_anchors(ground_truth, options, seed);
  if (count_valid(anchors) == 0) return anchors;
  // 3. The rest from the nearest anchors, weighted by distance and image similarity.
  DepthMap prompt = fill_holes(anchors, &image, options.fill);
  // What the device adds.
  if (!options.bridge_missing_truth) clear_where_missing(on_grid, prompt);
  prompt = blur_measured(prompt, options.blur_px);
  cut_holes(options, stream(seed, kHoles), prompt);
  return prompt;
}

DepthMap simulate_sparse_points(const DepthMap& ground_truth, const SparsePointsOptions& options,
                                std::uint64_t seed) {
  options.validate();
  check_inputs(ground_truth, nullptr);
  std::vector<std::size_t> valid;
  for (std::size_t i = 0; i < ground_truth.pixel_count(); ++i) {
    if (ground_truth.values[i] > 0) valid.push_back(i);
  }
  const std::size_t count = std::min(valid.size(), static_cast<std::size_t>(options.count));
  Random pick = stream(seed, kPick);
  Random noise = stream(seed, kNoise);
  DepthMap points(ground_truth.width, ground_truth.height);
  for (std::size_t i = 0; i < count; ++i) {  // the first steps of a Fisher-Yates shuffle
    std::swap(valid[i], valid[i + pick.below(valid.size() - i)]);
    points.values[valid[i]] = noisy(ground_truth.values[valid[i]], options.noise, noise);
  }
  return points;
}

DepthMap simulate_downsampling(const DepthMap& ground_truth, int prompt_width, int prompt_height) {
  check_inputs(ground_truth, nullptr);
  return resize_nearest(ground_truth, prompt_width, prompt_height);
}

}  // namespace promptdepth
