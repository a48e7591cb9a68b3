#pragma once

#include <cstddef>
#include <optional>

#include "promptdepth/image/image.h"

namespace promptdepth {

struct DepthMetricOptions {
  float min_truth_m = 0.01F;  ///< Valid: ground truth above this (spec 7.2); at least 0.
  float edge_ratio = 1.05F;   ///< Two valid 4-neighbours whose depths differ by more are an edge.
  int edge_distance_px = 4;   ///< "Near": at most this far in x and in y from a pixel at an edge.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Errors of one image, over its valid pixels (spec 7.1; D ground truth, D' prediction). Depth
/// completion calls l1_m MAE; its inverse metrics (Uhrig et al. 2017, the KITTI benchmark) are per
/// kilometre, and take a prediction below 1 mm for 1 mm.
struct DepthMetrics {
  double l1_m = 0;          ///< mean |D - D'|
  double rmse_m = 0;        ///< sqrt(mean (D - D')²)
  double abs_rel = 0;       ///< mean |D - D'| / D
  double imae_per_km = 0;   ///< mean |1/D - 1/D'|
  double irmse_per_km = 0;  ///< sqrt(mean (1/D - 1/D')²)
  double delta_05 = 0;  ///< Share with max(D/D', D'/D) < 1.25^0.5; no depth (0) counts as a miss.
  double delta_1 = 0;   ///< The same with 1.25.
  std::optional<double> l1_near_edges_m;  ///< L1 near depth edges; none where there is no edge.
  std::optional<double> l1_elsewhere_m;   ///< L1 of the other pixels; none where there are none.
};

/// Prediction and ground truth have the same size, otherwise Error(kInvalidArgument). Throws
/// Error(kInvalidData) when no pixel is valid.
DepthMetrics measure_depth(const DepthMap& prediction, const DepthMap& truth,
                           const DepthMetricOptions& options = {});

/// 1 for valid pixels near a depth edge as the options define it, else 0.
DepthMap edge_neighbourhood(const DepthMap& truth, const DepthMetricOptions& options = {});

/// The mean over images, as the protocols have it (spec 7.1); of an optional metric over those
/// images that have it.
class MeanDepthMetrics {
 public:
  void add(const DepthMetrics& image);

  std::size_t image_count() const { return image_count_; }
  /// All zero before the first image.
  DepthMetrics mean() const;

 private:
  DepthMetrics sum_;
  std::size_t image_count_ = 0;
  std::size_t near_edges_count_ = 0;
  std::size_t elsewhere_count_ = 0;
};

}  // namespace promptdepth
