#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

/// How sharp and how well placed depth edges are: Depth Pro's boundary metrics, exactly as its
/// evaluation code computes them (no tolerance radius). With q = 1 / max(depth, 1e-6), a pair of
/// 4-neighbours is an edge in the direction of the nearer pixel when its ratio of q exceeds t; the
/// result is the mean over `threshold_count` values of t, evenly spaced from first to last and
/// weighted by t.
struct BoundaryOptions {
  double first_threshold = 1.05;  ///< Above 1.
  double last_threshold = 1.25;   ///< At least first_threshold.
  int threshold_count = 10;       ///< 1 to 255.
  /// Ignore pairs of pixels of which one has no ground truth (0). Off in the published code, which
  /// takes the border of a hole for an edge.
  bool ignore_missing_truth = true;
  float mask_threshold = 0.1F;  ///< boundary_recall: a mask value above this is foreground.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Predicted edges against the edges of the true depth, each in [0, 1] and a mean over the
/// thresholds; f1 is the mean of the thresholds' F1, not the F1 of the means.
struct BoundaryScore {
  double f1 = 0;
  double precision = 0;
  double recall = 0;
};

/// At each threshold, precision and recall are means over the four directions, of which one without
/// edges counts as 0. Same sizes, otherwise Error(kInvalidArgument).
BoundaryScore measure_boundaries(const DepthMap& prediction, const DepthMap& truth,
                                 const BoundaryOptions& options = {});

/// measure_boundaries().f1, Depth Pro's figure.
double boundary_f1(const DepthMap& prediction, const DepthMap& truth,
                   const BoundaryOptions& options = {});

/// Recall of the border of a foreground mask (such as a matte), in [0, 1]. The predicted edges are
/// thinned to the steepest pair of each run of edges across the border. Same sizes, otherwise
/// Error(kInvalidArgument).
double boundary_recall(const DepthMap& prediction, const DepthMap& mask,
                       const BoundaryOptions& options = {});

}  // namespace promptdepth
