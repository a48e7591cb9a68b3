#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// A figure that evaluations report. docs/evaluation.md defines them all.
struct Metric {
  std::string key;    ///< In CSV and JSON.
  std::string title;  ///< In tables, with its unit.
  int decimals = 3;
  bool more_is_better = false;
};

/// What is measured, in the order of Scores.
const std::vector<Metric>& metrics();

/// Position of the metric `key` in metrics(), which must have it.
std::size_t metric_index(std::string_view key);

/// One value for each of metrics(); none where an image does not have it (no edge, say).
using Scores = std::vector<std::optional<double>>;

/// Prediction and truth have the same size. Throws Error(kInvalidData) when there is no truth.
Scores measure(const DepthMap& prediction, const DepthMap& truth);

/// The mean over images, as the protocols have it (spec 7.1): of each metric over those that have
/// it. None for metrics that no image has.
Scores mean_scores(std::span<const Scores> images);

}  // namespace promptdepth
