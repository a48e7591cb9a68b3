#include "promptdepth/fusion/mesh_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/fusion/nearest_point.h"
#include "promptdepth/fusion/surface_samples.h"
#include "promptdepth/image/colormap.h"

namespace promptdepth {
namespace {

std::vector<Vec3f> sample(const Mesh& mesh, const MeshMetricOptions& options, std::uint64_t seed) {
  std::vector<Vec3f> points = sample_surface(mesh, options.samples, seed);
  if (options.downsample_m > 0) points = downsample(points, options.downsample_m);
  return points;
}

std::vector<Vec3f> sample_of_truth(const Mesh& truth, const MeshMetricOptions& options) {
  return sample(truth, options, options.seed);
}

/// Other points than the truth's also where both are the same mesh.
std::vector<Vec3f> sample_of_prediction(const Mesh& prediction, const Mesh& truth,
                                        const MeshMetricOptions& options) {
  std::vector<Vec3f> points = sample(prediction, options, options.seed + 1);
  if (!options.crop_margin_m) return points;
  Eigen::AlignedBox3f box = bounds(truth.vertices);
  box.min().array() -= *options.crop_margin_m;
  box.max().array() += *options.crop_margin_m;
  return crop(points, box);
}

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double share_within(const std::vector<float>& values, float limit) {
  const auto count =
      std::count_if(values.begin(), values.end(), [&](float value) { return value < limit; });
  return static_cast<double>(count) / static_cast<double>(values.size());
}

}  // namespace

void MeshMetricOptions::validate() const {
  if (!(threshold_m > 0 && std::isfinite(threshold_m))) {
    fail(ErrorKind::kInvalidArgument, "expected threshold_m above 0, found {}", threshold_m);
  }
  if (samples < 1 || samples > std::size_t{1} << 28) {
    fail(ErrorKind::kInvalidArgument, "expected samples from 1 to 2^28, found {}", samples);
  }
  if (!(downsample_m >= 0 && std::isfinite(downsample_m))) {
    fail(ErrorKind::kInvalidArgument, "expected downsample_m of 0 or more, found {}", downsample_m);
  }
  if (crop_margin_m && !(*crop_margin_m >= 0 && std::isfinite(*crop_margin_m))) {
    fail(ErrorKind::kInvalidArgument, "expected crop_margin_m of 0 or more, found {}",
         *crop_margin_m);
  }
}

MeshMetrics compare_meshes(const Mesh& prediction, const Mesh& truth,
                           const MeshMetricOptions& options) {
  options.validate();
  const std::vector<Vec3f> predicted = sample_of_prediction(prediction, truth, options);
  const std::vector<Vec3f> wanted = sample_of_truth(truth, options);
  if (predicted.empty() || wanted.empty()) {
    fail(ErrorKind::kInvalidData, "expected points of both meshes to compare, found {} and {}",
         predicted.size(), wanted.size());
  }
  const std::vector<float> to_truth = NearestPoint(wanted).distances_m(predicted);
  const std::vector<float> to_prediction = NearestPoint(predicted).distances_m(wanted);
  MeshMetrics metrics{.accuracy_m = mean(to_truth),
                      .completeness_m = mean(to_prediction),
                      .precision = share_within(to_truth, options.threshold_m),
                      .recall = share_within(to_prediction, options.threshold_m),
                      .prediction_points = predicted.size(),
                      .truth_points = wanted.size()};
  const double sum = metrics.precision + metrics.recall;
  if (sum > 0) metrics.f_score = 2 * metrics.precision * metrics.recall / sum;
  return metrics;
}

Mesh color_by_error(Mesh prediction, const Mesh& truth, const MeshMetricOptions& options) {
  options.validate();
  const std::vector<Vec3f> wanted = sample_of_truth(truth, options);
  PointCloud& vertices = prediction.vertices;
  const std::vector<float> errors_m = NearestPoint(wanted).distances_m(vertices.positions_m);
  vertices.colors.clear();
  vertices.colors.reserve(errors_m.size());
  for (const float error_m : errors_m) {
    const Rgb color = color_at(ColorMap::kTurbo, error_m / (2 * options.threshold_m));
    Rgb8 color8{};
    for (std::size_t c = 0; c < 3; ++c) {
      color8[c] = static_cast<std::uint8_t>(std::lround(255.0F * color[c]));
    }
    vertices.colors.push_back(color8);
  }
  return prediction;
}

}  // namespace promptdepth
