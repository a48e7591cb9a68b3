#include "promptdepth/metrics/boundary_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr float kNearest = 1e-6F;

/// An edge leads from a pixel to a nearer 4-neighbour.
struct Direction {
  int dx;
  int dy;
};

constexpr std::array<Direction, 4> kDirections = {{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};

void check_same_size(const DepthMap& prediction, const DepthMap& truth) {
  if (prediction.width != truth.width || prediction.height != truth.height) {
    fail(ErrorKind::kInvalidArgument,
         "boundary metrics: expected a prediction of {}×{} pixels, found {}×{}", truth.width,
         truth.height, prediction.width, prediction.height);
  }
}

std::vector<double> thresholds(const BoundaryOptions& options) {
  std::vector<double> result(static_cast<std::size_t>(options.threshold_count));
  const double step =
      options.threshold_count < 2
          ? 0
          : (options.last_threshold - options.first_threshold) / (options.threshold_count - 1);
  for (std::size_t k = 0; k < result.size(); ++k) {
    result[k] = options.first_threshold + step * static_cast<double>(k);
  }
  return result;
}

double mean_weighted_by_threshold(const std::vector<double>& scores, const std::vector<double>& t) {
  return std::inner_product(scores.begin(), scores.end(), t.begin(), 0.0) /
         std::accumulate(t.begin(), t.end(), 0.0);
}

DepthMap inverse_depth(const DepthMap& depth) {
  DepthMap q = depth;
  for (float& value : q.values) value = 1 / std::max(value, kNearest);
  return q;
}

/// Calls body(x, y, x + dx, y + dy) for every pixel that has such a neighbour.
template <typename Body>
void for_each_pair(const DepthMap& map, const Direction& d, const Body& body) {
  for (int y = std::max(0, -d.dy); y < std::min(map.height, map.height - d.dy); ++y) {
    for (int x = std::max(0, -d.dx); x < std::min(map.width, map.width - d.dx); ++x) {
      body(x, y, x + d.dx, y + d.dy);
    }
  }
}

/// For each threshold, how many pairs are edges in the prediction, in the truth, and in both.
class EdgeCounts {
 public:
  explicit EdgeCounts(const std::vector<double>& thresholds)
      : thresholds_(thresholds),
        predicted_(thresholds.size() + 1),
        true_(thresholds.size() + 1),
        both_(thresholds.size() + 1) {}

  void add(float predicted_ratio, float true_ratio) {
    const std::size_t predicted_level = level(predicted_ratio);
    const std::size_t true_level = level(true_ratio);
    ++predicted_[predicted_level];
    ++true_[true_level];
    ++both_[std::min(predicted_level, true_level)];
  }

  /// From pairs by the number of thresholds they exceed to pairs that exceed threshold k.
  void finish() {
    for (auto* counts : {&predicted_, &true_, &both_}) {
      std::partial_sum(counts->rbegin(), counts->rend(), counts->rbegin());
    }
  }

  double precision(std::size_t k) const { return ratio(both_[k + 1], predicted_[k + 1]); }
  double recall(std::size_t k) const { return ratio(both_[k + 1], true_[k + 1]); }

 private:
  std::size_t level(float ratio) const {
    std::size_t count = 0;
    while (count < thresholds_.size() && static_cast<double>(ratio) > thresholds_[count]) ++count;
    return count;
  }

  static double ratio(std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) / static_cast<double>(std::max<std::int64_t>(b, 1));
  }

  const std::vector<double>& thresholds_;
  std::vector<std::int64_t> predicted_;
  std::vector<std::int64_t> true_;
  std::vector<std::int64_t> both_;
};

EdgeCounts count_edges(const DepthMap& prediction_q, const DepthMap& truth_q, const DepthMap& truth,
                       const Direction& direction, const std::vector<double>& t,
                       bool ignore_missing_truth) {
  EdgeCounts counts(t);
  for_each_pair(truth, direction, [&](int x, int y, int nx, int ny) {
    if (ignore_missing_truth && !(truth.at(x, y) > 0 && truth.at(nx, ny) > 0)) return;
    counts.add(prediction_q.at(nx, ny) / prediction_q.at(x, y),
               truth_q.at(nx, ny) / truth_q.at(x, y));
  });
  counts.finish();
  return counts;
}

/// One direction's predicted ratios along the lines parallel to it, and where the mask's border is.
struct BorderLines {
  std::vector<std::vector<float>> ratios;
  std::vector<std::vector<bool>> border;
  std::int64_t border_count = 0;
};

BorderLines border_lines(const DepthMap& q, const DepthMap& mask, const Direction& direction,
                         float mask_threshold) {
  const bool horizontal = direction.dy == 0;
  BorderLines lines;
  const auto count = static_cast<std::size_t>(horizontal ? mask.height : mask.width);
  lines.ratios.resize(count);
  lines.border.resize(count);
  for_each_pair(mask, direction, [&](int x, int y, int nx, int ny) {
    const auto line = static_cast<std::size_t>(horizontal ? y : x);
    const bool is_border = mask.at(nx, ny) > mask_threshold && !(mask.at(x, y) > mask_threshold);
    lines.ratios[line].push_back(q.at(nx, ny) / q.at(x, y));
    lines.border[line].push_back(is_border);
    if (is_border) ++lines.border_count;
  });
  return lines;
}

/// Runs of ratios above t, each thinned to its first maximum; how many of these lie on the border.
std::int64_t hits_after_thinning(const std::vector<float>& ratios, const std::vector<bool>& border,
                                 double t) {
  const auto above = [&](std::size_t i) { return static_cast<double>(ratios[i]) > t; };
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < ratios.size();) {
    if (!above(i)) {
      ++i;
      continue;
    }
    std::size_t steepest = i;
    for (; i < ratios.size() && above(i); ++i) {
      if (ratios[i] > ratios[steepest]) steepest = i;
    }
    if (border[steepest]) ++hits;
  }
  return hits;
}

double border_recall(const BorderLines& lines, double t) {
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < lines.ratios.size(); ++i) {
    hits += hits_after_thinning(lines.ratios[i], lines.border[i], t);
  }
  return static_cast<double>(hits) /
         static_cast<double>(std::max<std::int64_t>(lines.border_count, 1));
}

}  // namespace

void BoundaryOptions::validate() const {
  if (!(first_threshold > 1) || !(last_threshold >= first_threshold) ||
      !std::isfinite(last_threshold) || threshold_count < 1 || threshold_count > 255) {
    fail(ErrorKind::kInvalidArgument,
         "boundary metrics: expected 1 < first_threshold <= last_threshold and 1 to 255 "
         "thresholds, found {}, {} and {}",
         first_threshold, last_threshold, threshold_count);
  }
}

BoundaryScore measure_boundaries(const DepthMap& prediction, const DepthMap& truth,
                                 const BoundaryOptions& options) {
  options.validate();
  check_same_size(prediction, truth);
  const std::vector<double> t = thresholds(options);
  const DepthMap prediction_q = inverse_depth(prediction);
  const DepthMap truth_q = inverse_depth(truth);
  std::vector<double> precision(t.size());
  std::vector<double> recall(t.size());
  for (const Direction& direction : kDirections) {
    const EdgeCounts counts =
        count_edges(prediction_q, truth_q, truth, direction, t, options.ignore_missing_truth);
    for (std::size_t k = 0; k < t.size(); ++k) {
      precision[k] += counts.precision(k) / kDirections.size();
      recall[k] += counts.recall(k) / kDirections.size();
    }
  }
  std::vector<double> f1(t.size());
  for (std::size_t k = 0; k < t.size(); ++k) {
    const double sum = precision[k] + recall[k];
    f1[k] = sum > 0 ? 2 * precision[k] * recall[k] / sum : 0;
  }
  return {.f1 = mean_weighted_by_threshold(f1, t),
          .precision = mean_weighted_by_threshold(precision, t),
          .recall = mean_weighted_by_threshold(recall, t)};
}

double boundary_f1(const DepthMap& prediction, const DepthMap& truth,
                   const BoundaryOptions& options) {
  return measure_boundaries(prediction, truth, options).f1;
}

double boundary_recall(const DepthMap& prediction, const DepthMap& mask,
                       const BoundaryOptions& options) {
  options.validate();
  check_same_size(prediction, mask);
  const std::vector<double> t = thresholds(options);
  const DepthMap q = inverse_depth(prediction);
  std::vector<double> recall(t.size());
  for (const Direction& direction : kDirections) {
    const BorderLines lines = border_lines(q, mask, direction, options.mask_threshold);
    for (std::size_t k = 0; k < t.size(); ++k) {
      recall[k] += border_recall(lines, t[k]) / kDirections.size();
    }
  }
  return mean_weighted_by_threshold(recall, t);
}

}  // namespace promptdepth
