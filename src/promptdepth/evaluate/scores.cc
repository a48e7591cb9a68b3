#include "promptdepth/evaluate/scores.h"

#include <algorithm>

#include "promptdepth/base/error.h"
#include "promptdepth/metrics/boundary_metrics.h"
#include "promptdepth/metrics/depth_metrics.h"

namespace promptdepth {

const std::vector<Metric>& metrics() {
  static const std::vector<Metric> all = {
      {.key = "l1_m", .title = "L1 m", .decimals = 4},
      {.key = "rmse_m", .title = "RMSE m", .decimals = 4},
      {.key = "abs_rel", .title = "AbsRel", .decimals = 4},
      {.key = "delta_05", .title = "δ0.5", .decimals = 4, .more_is_better = true},
      {.key = "delta_1", .title = "δ1", .decimals = 4, .more_is_better = true},
      {.key = "boundary_f1", .title = "F1", .decimals = 3, .more_is_better = true},
      {.key = "boundary_precision", .title = "precision", .decimals = 3, .more_is_better = true},
      {.key = "boundary_recall", .title = "recall", .decimals = 3, .more_is_better = true},
      {.key = "l1_near_edges_m", .title = "L1 at edges m", .decimals = 4},
      {.key = "l1_elsewhere_m", .title = "elsewhere m", .decimals = 4},
      {.key = "imae_per_km", .title = "iMAE 1/km", .decimals = 2},
      {.key = "irmse_per_km", .title = "iRMSE 1/km", .decimals = 2},
  };
  return all;
}

std::size_t metric_index(std::string_view key) {
  const auto found = std::find_if(metrics().begin(), metrics().end(),
                                  [&](const Metric& metric) { return metric.key == key; });
  PD_CHECK(found != metrics().end());
  return static_cast<std::size_t>(found - metrics().begin());
}

Scores measure(const DepthMap& prediction, const DepthMap& truth) {
  const DepthMetrics depth = measure_depth(prediction, truth);
  const BoundaryScore boundary = measure_boundaries(prediction, truth);
  return {depth.l1_m,           depth.rmse_m,      depth.abs_rel,
          depth.delta_05,       depth.delta_1,     boundary.f1,
          boundary.precision,   boundary.recall,   depth.l1_near_edges_m,
          depth.l1_elsewhere_m, depth.imae_per_km, depth.irmse_per_km};
}

Scores mean_scores(std::span<const Scores> images) {
  Scores mean(metrics().size());
  for (std::size_t m = 0; m < mean.size(); ++m) {
    double sum = 0;
    std::size_t count = 0;
    for (const Scores& scores : images) {
      if (!scores[m]) continue;
      sum += *scores[m];
      ++count;
    }
    if (count > 0) mean[m] = sum / static_cast<double>(count);
  }
  return mean;
}

}  // namespace promptdepth
