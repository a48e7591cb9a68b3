#include "promptdepth/prompt/structure_from_motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "promptdepth/prompt/guide.h"
#include "promptdepth/prompt/simulation_random.h"

namespace promptdepth {
namespace {

/// Pixels of strong corners (least eigenvalue of the gradients' covariance over 3 × 3 pixels).
std::vector<cv::Point2f> find_corners(const Image& image,
                                      const StructureFromMotionOptions& options) {
  cv::Mat grey(image.height, image.width, CV_8UC1);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const float* rgb = image.at(x, y);
      const float luma = 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2];
      grey.at<unsigned char>(y, x) =
          static_cast<unsigned char>(std::lround(255 * std::clamp(luma, 0.0F, 1.0F)));
    }
  }
  std::vector<cv::Point2f> corners;
  cv::goodFeaturesToTrack(grey, corners, options.count, static_cast<double>(options.quality),
                          static_cast<double>(options.min_distance_px));
  return corners;
}

float median_depth(const DepthMap& depth) {
  std::vector<float> valid;
  std::copy_if(depth.values.begin(), depth.values.end(), std::back_inserter(valid),
               [](float z) { return z > 0; });
  if (valid.empty()) return 0;
  const auto middle = valid.begin() + static_cast<std::ptrdiff_t>(valid.size() / 2);
  std::nth_element(valid.begin(), middle, valid.end());
  return *middle;
}

/// Matches corners with a second photo and turns their disparities into depths.
class Triangulation {
 public:
  Triangulation(const ObservedScene& scene, const StructureFromMotionOptions& options,
                std::uint64_t seed)
      : scene_(scene),
        options_(options),
        matched_(random_stream(seed, Stream::kPick)),
        noise_(random_stream(seed, Stream::kNoise)),
        position_(random_stream(seed, Stream::kPosition)),
        outliers_(random_stream(seed, Stream::kOutliers)) {
    const float baseline_m = options.baseline * median_depth(scene.depth);
    disparity_of_1m_px_ = static_cast<float>(scene.camera().fx) * baseline_m;
    const float half_angle = options.min_angle_deg * std::numbers::pi_v<float> / 360;
    farthest_m_ = half_angle > 0 ? baseline_m / (2 * std::tan(half_angle)) : kNoLimit_m;
  }

  void add(int x, int y, SimulatedPrompt& prompt) {
    const bool matched = matched_.chance(options_.matched);
    const bool wrong = outliers_.chance(options_.outliers);
    const float any = outliers_.uniform();
    const float error_px = options_.noise_px * std::numbers::sqrt2_v<float> * noise_.normal();
    const int u = moved(x, scene_.depth.width);
    const int v = moved(y, scene_.depth.height);

    const float truth = scene_.depth.at(x, y);
    if (!(truth > 0) || !matched) return;
    const float disparity_px =
        wrong ? 2 * any * disparity_of_1m_px_ / truth : disparity_of_1m_px_ / truth + error_px;
    const float z = disparity_of_1m_px_ / disparity_px;
    if (!(z >= kNearest_m && z <= farthest_m_)) return;
    float& nearest = prompt.depth.at(u, v);
    if (nearest > 0 && nearest <= z) return;
    nearest = z;
    prompt.confidence.at(u, v) = options_.confidence.of(relative_error(z));
  }

 private:
  static constexpr float kNoLimit_m = 1e5F;

  /// A pixel's coordinate as it was found, within the image.
  int moved(int i, int size) {
    const float found = static_cast<float>(i) + options_.noise_px * position_.normal();
    return std::clamp(static_cast<int>(std::lround(found)), 0, size - 1);
  }

  float relative_error(float z) const {
    return std::numbers::sqrt2_v<float> * options_.noise_px * z / disparity_of_1m_px_;
  }

  const ObservedScene& scene_;
  const StructureFromMotionOptions& options_;
  Random matched_;
  Random noise_;
  Random position_;
  Random outliers_;
  float disparity_of_1m_px_ = 0;
  float farthest_m_ = 0;
};

}  // namespace

std::vector<OptionField> StructureFromMotionOptions::fields() {
  std::vector<OptionField> fields = {
      {"count", &count, 1, 1e7, "most corners looked at, the strongest first"},
      {"quality", &quality, 1e-6, 1, "least strength of a corner, relative to the strongest"},
      {"min_distance_px", &min_distance_px, 0, 1000, "between two corners"},
      {"matched", &matched, 0, 1, "share of the corners found again in other photos"},
      {"baseline", &baseline, 1e-4, 10, "between photos, relative to the median depth"},
      {"min_angle_deg", &min_angle_deg, 0, 90, "points whose rays meet at less are dropped"},
      {"noise_px", &noise_px, 0, 100, "standard deviation of a corner's position, per axis"},
      {"outliers", &outliers, 0, 1, "share of wrong matches"}};
  for (const OptionField& field : confidence.fields()) fields.push_back(field);
  return fields;
}

void StructureFromMotionOptions::validate() const {
  check_fields("structure from motion", StructureFromMotionOptions(*this).fields());
}

SimulatedPrompt simulate_structure_from_motion(const ObservedScene& scene,
                                               const StructureFromMotionOptions& options,
                                               std::uint64_t seed) {
  options.validate();
  scene.validate();
  const int width = scene.depth.width;
  const int height = scene.depth.height;
  SimulatedPrompt prompt{.depth = DepthMap(width, height), .confidence = DepthMap(width, height)};
  Triangulation triangulation(scene, options, seed);
  for (const cv::Point2f& corner :
       find_corners(Guide(scene.image, width, height).image(), options)) {
    triangulation.add(static_cast<int>(corner.x), static_cast<int>(corner.y), prompt);
  }
  return prompt;
}

}  // namespace promptdepth
