#include "promptdepth/metrics/depth_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

const double kDelta05 = std::sqrt(1.25);
constexpr double kDelta1 = 1.25;
constexpr double kNearestInverted_m = 1e-3;
constexpr double kMetresPerKm = 1000;

/// The metrics that every image has.
constexpr std::array kOfEveryImage = {&DepthMetrics::l1_m,         &DepthMetrics::rmse_m,
                                      &DepthMetrics::abs_rel,      &DepthMetrics::imae_per_km,
                                      &DepthMetrics::irmse_per_km, &DepthMetrics::delta_05,
                                      &DepthMetrics::delta_1};

struct Mean {
  double sum = 0;
  std::size_t count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  double value() const { return sum / static_cast<double>(count); }
  std::optional<double> value_if_any() const {
    return count > 0 ? std::optional(value()) : std::nullopt;
  }
};

bool is_edge(float a, float b, const DepthMetricOptions& options) {
  return a > options.min_truth_m && b > options.min_truth_m &&
         std::max(a, b) > options.edge_ratio * std::min(a, b);
}

/// Pixels on either side of an edge.
DepthMap edge_pixels(const DepthMap& truth, const DepthMetricOptions& options) {
  DepthMap edges(truth.width, truth.height);
  const auto mark = [&](int xa, int ya, int xb, int yb) {
    if (is_edge(truth.at(xa, ya), truth.at(xb, yb), options)) {
      edges.at(xa, ya) = 1;
      edges.at(xb, yb) = 1;
    }
  };
  for (int y = 0; y < truth.height; ++y) {
    for (int x = 0; x < truth.width; ++x) {
      if (x + 1 < truth.width) mark(x, y, x + 1, y);
      if (y + 1 < truth.height) mark(x, y, x, y + 1);
    }
  }
  return edges;
}

/// One row or column of a mask, `count` values `stride` apart: 1 within `distance` of a 1.
void dilate_line(float* line, int count, std::ptrdiff_t stride, int distance) {
  int last = -distance - 1;  // the last 1 seen; the pass back must not see what the first one wrote
  std::vector<char> near(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    if (line[i * stride] > 0) last = i;
    near[static_cast<std::size_t>(i)] = i - last <= distance ? 1 : 0;
  }
  last = count + distance;
  for (int i = count - 1; i >= 0; --i) {
    if (line[i * stride] > 0) last = i;
    line[i * stride] = near[static_cast<std::size_t>(i)] != 0 || last - i <= distance ? 1.0F : 0.0F;
  }
}

}  // namespace

void DepthMetricOptions::validate() const {
  if (!(min_truth_m >= 0) || !(edge_ratio >= 1) || edge_distance_px < 0) {
    fail(ErrorKind::kInvalidArgument,
         "depth metrics: expected min_truth_m >= 0, edge_ratio >= 1 and edge_distance_px >= 0, "
         "found {}, {} and {}",
         min_truth_m, edge_ratio, edge_distance_px);
  }
}

DepthMap edge_neighbourhood(const DepthMap& truth, const DepthMetricOptions& options) {
  options.validate();
  DepthMap near = edge_pixels(truth, options);
  if (near.empty()) return near;
  for (int y = 0; y < near.height; ++y) {
    dilate_line(&near.at(0, y), near.width, 1, options.edge_distance_px);
  }
  for (int x = 0; x < near.width; ++x) {
    dilate_line(&near.at(x, 0), near.height, near.width, options.edge_distance_px);
  }
  for (std::size_t i = 0; i < near.pixel_count(); ++i) {
    if (!(truth.values[i] > options.min_truth_m)) near.values[i] = 0;
  }
  return near;
}

DepthMetrics measure_depth(const DepthMap& prediction, const DepthMap& truth,
                           const DepthMetricOptions& options) {
  if (prediction.width != truth.width || prediction.height != truth.height) {
    fail(ErrorKind::kInvalidArgument,
         "depth metrics: expected a prediction of the ground truth's {}×{} pixels, found {}×{}",
         truth.width, truth.height, prediction.width, prediction.height);
  }
  const DepthMap near_edge = edge_neighbourhood(truth, options);
  Mean l1;
  Mean squared;
  Mean relative;
  Mean inverse;
  Mean inverse_squared;
  Mean within_05;
  Mean within_1;
  Mean near;
  Mean elsewhere;
  for (std::size_t i = 0; i < truth.pixel_count(); ++i) {
    const double d = truth.values[i];
    const double p = prediction.values[i];
    if (!(truth.values[i] > options.min_truth_m)) continue;
    const double error = std::abs(d - p);
    l1.add(error);
    squared.add(error * error);
    relative.add(error / d);
    const double inverse_error = kMetresPerKm * (1 / d - 1 / std::max(p, kNearestInverted_m));
    inverse.add(std::abs(inverse_error));
    inverse_squared.add(inverse_error * inverse_error);
    const double ratio = p > 0 ? std::max(d / p, p / d) : std::numeric_limits<double>::infinity();
    within_05.add(ratio < kDelta05 ? 1 : 0);
    within_1.add(ratio < kDelta1 ? 1 : 0);
    (near_edge.values[i] > 0 ? near : elsewhere).add(error);
  }
  if (l1.count == 0) {
    fail(ErrorKind::kInvalidData,
         "depth metrics: expected ground truth above {} m, found none in {}×{} pixels",
         options.min_truth_m, truth.width, truth.height);
  }
  return {.l1_m = l1.value(),
          .rmse_m = std::sqrt(squared.value()),
          .abs_rel = relative.value(),
          .imae_per_km = inverse.value(),
          .irmse_per_km = std::sqrt(inverse_squared.value()),
          .delta_05 = within_05.value(),
          .delta_1 = within_1.value(),
          .l1_near_edges_m = near.value_if_any(),
          .l1_elsewhere_m = elsewhere.value_if_any()};
}

void MeanDepthMetrics::add(const DepthMetrics& image) {
  ++image_count_;
  for (const auto metric : kOfEveryImage) sum_.*metric += image.*metric;
  if (image.l1_near_edges_m) {
    sum_.l1_near_edges_m = sum_.l1_near_edges_m.value_or(0) + *image.l1_near_edges_m;
    ++near_edges_count_;
  }
  if (image.l1_elsewhere_m) {
    sum_.l1_elsewhere_m = sum_.l1_elsewhere_m.value_or(0) + *image.l1_elsewhere_m;
    ++elsewhere_count_;
  }
}

DepthMetrics MeanDepthMetrics::mean() const {
  DepthMetrics mean = sum_;
  if (image_count_ == 0) return mean;
  const auto n = static_cast<double>(image_count_);
  for (const auto metric : kOfEveryImage) mean.*metric /= n;
  if (mean.l1_near_edges_m) *mean.l1_near_edges_m /= static_cast<double>(near_edges_count_);
  if (mean.l1_elsewhere_m) *mean.l1_elsewhere_m /= static_cast<double>(elsewhere_count_);
  return mean;
}

}  // namespace promptdepth
