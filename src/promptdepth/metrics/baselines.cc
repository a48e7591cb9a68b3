#include "promptdepth/metrics/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/guide.h"

namespace promptdepth {
namespace {

void check_inputs(const DepthMap& prompt, const Image& image) {
  if (prompt.empty() || image.empty()) {
    fail(ErrorKind::kInvalidArgument,
         "upsampling: expected a prompt and an image, found {}×{} and {}×{}", prompt.width,
         prompt.height, image.width, image.height);
  }
}

struct Sample {
  float depth;
  float weight;
};

/// The prompt's pixels that count for an image pixel along one axis, whose lengths are
/// `image_size` and `prompt_size`.
class WindowAxis {
 public:
  WindowAxis(int image_size, int prompt_size, float radius_px)
      : prompt_size_(prompt_size),
        scale_(static_cast<float>(prompt_size) / static_cast<float>(image_size)),
        radius_(std::max(1.0F, radius_px * scale_)),
        step_(static_cast<int>(std::ceil((2 * radius_ + 1) / kMostTaps))) {}

  /// Where image pixel i lies among the prompt's pixels, within their centres.
  float position(int i) const {
    const float p = (static_cast<float>(i) + 0.5F) * scale_ - 0.5F;
    return std::clamp(p, 0.0F, static_cast<float>(prompt_size_ - 1));
  }

  /// The pixels that count are first(p), first(p) + step() and so on, not beyond last(p); one of
  /// them is the nearest.
  int first(float p) const {
    const auto nearest = static_cast<int>(std::lround(p));
    const auto least = std::max(0, static_cast<int>(std::ceil(p - radius_)));
    return nearest - (nearest - least) / step_ * step_;
  }
  int last(float p) const {
    return std::min(prompt_size_ - 1, static_cast<int>(std::floor(p + radius_)));
  }
  int step() const { return step_; }

  /// Image pixels per prompt pixel.
  float pixel_px() const { return 1 / scale_; }

 private:
  static constexpr float kMostTaps = 9;

  int prompt_size_;
  float scale_;
  float radius_;  ///< Prompt pixels.
  int step_;
};

/// The prompt pixels around an image pixel, with their joint weights.
class JointWindow {
 public:
  JointWindow(const DepthMap& prompt, const Image& image, const JointFilterOptions& options)
      : prompt_(prompt),
        image_(image),
        on_grid_(resize_area(image, prompt.width, prompt.height)),
        columns_(image.width, prompt.width, kRadius * options.spatial_sigma_px),
        rows_(image.height, prompt.height, kRadius * options.spatial_sigma_px),
        spatial_scale_(-0.5F / (options.spatial_sigma_px * options.spatial_sigma_px)),
        rgb_scale_(-0.5F / (options.rgb_sigma * options.rgb_sigma)) {}

  /// At least one sample, the largest weight is 1: weights are relative to it, so that none
  /// underflows however unlike the colours are.
  void samples(int x, int y, std::vector<Sample>& found) const {
    const float px = columns_.position(x);
    const float py = rows_.position(y);
    const float* here = image_.at(x, y);
    found.clear();
    float greatest = -std::numeric_limits<float>::max();
    for (int qy = rows_.first(py); qy <= rows_.last(py); qy += rows_.step()) {
      for (int qx = columns_.first(px); qx <= columns_.last(px); qx += columns_.step()) {
        const float dx = (static_cast<float>(qx) - px) * columns_.pixel_px();
        const float dy = (static_cast<float>(qy) - py) * rows_.pixel_px();
        const float exponent = spatial_scale_ * (dx * dx + dy * dy) +
                               rgb_scale_ * squared_rgb_distance(here, on_grid_.at(qx, qy));
        greatest = std::max(greatest, exponent);
        found.push_back({prompt_.at(qx, qy), exponent});
      }
    }
    for (Sample& sample : found) sample.weight = std::exp(sample.weight - greatest);
  }

 private:
  static constexpr float kRadius = 2.5F;  ///< In σs.

  const DepthMap& prompt_;
  const Image& image_;
  Image on_grid_;
  WindowAxis columns_;
  WindowAxis rows_;
  float spatial_scale_;
  float rgb_scale_;
};

float weighted_mean(const std::vector<Sample>& samples) {
  float sum = 0;
  float weight_sum = 0;
  for (const Sample& sample : samples) {
    sum += sample.weight * sample.depth;
    weight_sum += sample.weight;
  }
  return sum / weight_sum;
}

float weight_sum(std::vector<Sample>::const_iterator first,
                 std::vector<Sample>::const_iterator last) {
  return std::accumulate(first, last, 0.0F,
                         [](float sum, const Sample& sample) { return sum + sample.weight; });
}

/// The least depth up to which half of the weight lies; by selection, since a sort of every window
/// would take most of the time.
float weighted_median(std::vector<Sample>& samples) {
  float wanted = weight_sum(samples.begin(), samples.end()) / 2;
  auto first = samples.begin();
  auto last = samples.end();
  while (last - first > 1) {
    const auto middle = first + (last - first) / 2;
    std::nth_element(first, middle, last,
                     [](const Sample& a, const Sample& b) { return a.depth < b.depth; });
    const float below = weight_sum(first, middle);
    if (below >= wanted) {
      last = middle;
    } else {
      wanted -= below;
      first = middle;
      if (middle->weight >= wanted) break;
      wanted -= middle->weight;
      if (++first == last) return (last - 1)->depth;
    }
  }
  return first->depth;
}

/// combine(samples) for every pixel of the image.
template <typename Combine>
DepthMap joint_upsample(const DepthMap& prompt, const Image& image,
                        const JointFilterOptions& options, const Combine& combine) {
  options.validate();
  check_inputs(prompt, image);
  const JointWindow window(prompt, image, options);
  DepthMap result(image.width, image.height);
  parallel_for(image.height, [&](std::int64_t row) {
    const int y = static_cast<int>(row);
    std::vector<Sample> samples;
    for (int x = 0; x < image.width; ++x) {
      window.samples(x, y, samples);
      result.at(x, y) = combine(samples);
    }
  });
  return result;
}

}  // namespace

void JointFilterOptions::validate() const {
  if (!(spatial_sigma_px > 0) || !(spatial_sigma_px <= 1000) || !(rgb_sigma > 0) ||
      !std::isfinite(rgb_sigma)) {
    fail(ErrorKind::kInvalidArgument,
         "upsampling: expected spatial_sigma_px above 0 and at most 1000 and rgb_sigma above 0, "
         "found {} and {}",
         spatial_sigma_px, rgb_sigma);
  }
}

DepthMap upsample_nearest(const DepthMap& prompt, int width, int height) {
  return resize_nearest(prompt, width, height);
}

DepthMap upsample_bilinear(const DepthMap& prompt, int width, int height) {
  return resize_bilinear(prompt, width, height);
}

DepthMap joint_bilateral_upsample(const DepthMap& prompt, const Image& image,
                                  const JointFilterOptions& options) {
  return joint_upsample(prompt, image, options, weighted_mean);
}

DepthMap weighted_median_upsample(const DepthMap& prompt, const Image& image,
                                  const JointFilterOptions& options) {
  return joint_upsample(prompt, image, options, weighted_median);
}

}  // namespace promptdepth
