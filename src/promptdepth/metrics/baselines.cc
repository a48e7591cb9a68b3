#include "promptdepth/metrics/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

/// The prompt pixels around an image pixel, with their joint weights.
class JointWindow {
 public:
  JointWindow(const DepthMap& prompt, const Image& image, const JointFilterOptions& options)
      : prompt_(prompt),
        image_(image),
        on_grid_(resize_area(image, prompt.width, prompt.height)),
        radius_(2.5F * options.spatial_sigma_px),
        spatial_scale_(-0.5F / (options.spatial_sigma_px * options.spatial_sigma_px)),
        rgb_scale_(-0.5F / (options.rgb_sigma * options.rgb_sigma)) {}

  /// At least one sample, the largest weight is 1: weights are relative to it, so that none
  /// underflows however unlike the colours are.
  void samples(int x, int y, std::vector<Sample>& found) const {
    const float px = position(x, image_.width, prompt_.width);
    const float py = position(y, image_.height, prompt_.height);
    const float* here = image_.at(x, y);
    found.clear();
    float greatest = -std::numeric_limits<float>::max();
    for (int qy = first(py); qy <= last(py, prompt_.height); ++qy) {
      for (int qx = first(px); qx <= last(px, prompt_.width); ++qx) {
        const float dx = static_cast<float>(qx) - px;
        const float dy = static_cast<float>(qy) - py;
        const float exponent = spatial_scale_ * (dx * dx + dy * dy) +
                               rgb_scale_ * squared_rgb_distance(here, on_grid_.at(qx, qy));
        greatest = std::max(greatest, exponent);
        found.push_back({prompt_.at(qx, qy), exponent});
      }
    }
    for (Sample& sample : found) sample.weight = std::exp(sample.weight - greatest);
  }

 private:
  /// Where pixel i of `size` lies among `source_size` pixels, within their centres.
  static float position(int i, int size, int source_size) {
    const float p = (static_cast<float>(i) + 0.5F) * static_cast<float>(source_size) /
                        static_cast<float>(size) -
                    0.5F;
    return std::clamp(p, 0.0F, static_cast<float>(source_size - 1));
  }

  int first(float p) const { return std::max(0, std::min(ceil(p - radius_), ceil(p - 1))); }
  int last(float p, int size) const {
    return std::min(size - 1, std::max(floor(p + radius_), floor(p + 1)));
  }
  static int ceil(float value) { return static_cast<int>(std::ceil(value)); }
  static int floor(float value) { return static_cast<int>(std::floor(value)); }

  const DepthMap& prompt_;
  const Image& image_;
  Image on_grid_;
  float radius_;
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

float weighted_median(std::vector<Sample>& samples) {
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.depth < b.depth; });
  float weight_sum = 0;
  for (const Sample& sample : samples) weight_sum += sample.weight;
  float below = 0;
  for (const Sample& sample : samples) {
    below += sample.weight;
    if (2 * below >= weight_sum) return sample.depth;
  }
  return samples.back().depth;
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
  if (!(spatial_sigma_px > 0) || !(spatial_sigma_px <= 20) || !(rgb_sigma > 0) ||
      !std::isfinite(rgb_sigma)) {
    fail(ErrorKind::kInvalidArgument,
         "upsampling: expected spatial_sigma_px above 0 and at most 20 and rgb_sigma above 0, "
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
