#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

struct MeshMetricOptions {
  float threshold_m = 0.05F;        ///< What counts as right; above 0.
  std::size_t samples = 1'000'000;  ///< Points on each mesh, 1 to 2^28.
  std::uint64_t seed = 1;
  float downsample_m = 0;  ///< Then one point, the mean, per cube of this size; 0: all.
  std::optional<float> crop_margin_m = {};  ///< Leave out what of the prediction lies farther
                                            ///< outside the truth's bounds; at least 0.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// How two surfaces differ (spec 7.5): distances from points on one to the nearest point on the
/// other. With n points on an area A, those of a perfect prediction are about sqrt(A / n) / 2, not
/// 0.
struct MeshMetrics {
  double accuracy_m = 0;      ///< Mean distance from the prediction to the truth.
  double completeness_m = 0;  ///< Mean distance from the truth to the prediction.
  double precision = 0;       ///< Share of the prediction within the threshold of the truth.
  double recall = 0;          ///< Share of the truth within the threshold of the prediction.
  double f_score = 0;         ///< 2 precision recall / (precision + recall); 0 when both are.
  std::size_t prediction_points = 0;
  std::size_t truth_points = 0;

  double overall_m() const { return (accuracy_m + completeness_m) / 2; }
};

/// Either may be a point cloud, which then is its own sample. Throws Error(kInvalidData) for a mesh
/// without area and when the crop leaves nothing.
MeshMetrics compare_meshes(const Mesh& prediction, const Mesh& truth,
                           const MeshMetricOptions& options = {});

/// The prediction with its vertices coloured by their distance to the truth's sampled points: blue
/// 0, red twice the threshold and more.
Mesh color_by_error(Mesh prediction, const Mesh& truth, const MeshMetricOptions& options = {});

}  // namespace promptdepth
