#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "promptdepth/evaluate/method.h"
#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/evaluate/score_table.h"

namespace promptdepth {

/// What an evaluation found: scores of every method on every frame of every kind of prompt.
struct Results {
  std::string protocol = {};
  Settings settings = {};
  std::vector<CaseKind> kinds = {};
  std::vector<std::pair<std::string, std::string>> methods = {};  ///< Names and descriptions.
  std::vector<std::string> models = {};     ///< Which of the methods are models, in their order.
  std::vector<std::string> baselines = {};  ///< The others.
  std::vector<ScoreRow> rows = {};          ///< Sorted by kind and frame.

  /// The rows of a kind and method, in ascending order of frame.
  std::vector<ScoreRow> rows_of(std::string_view kind, std::string_view method) const;

  /// Their mean.
  Scores mean(std::string_view kind, std::string_view method) const;

  /// The baseline with the best mean of a metric, the least or, where more is better, the greatest;
  /// its name and its figure.
  std::pair<std::string, double> best_baseline(std::string_view kind, std::string_view key) const;
};

/// A model's figures beside the baselines' for one kind: what a user gains.
struct Gain {
  double l1_of_bilinear = 0;       ///< Ratio of the mean L1.
  double l1_of_best = 0;           ///< To that of the baseline with the least.
  std::string best_by_l1 = {};     ///< Which that is.
  double boundary_f1_of_best = 0;  ///< Ratio of F1 to that of the baseline with the greatest.
  std::string best_by_f1 = {};
};

Gain gain(const Results& results, std::string_view kind, std::string_view model);

/// One Markdown table for each kind, with all methods and metrics, and each model's gain.
std::string to_markdown(const Results& results);

/// The same as JSON, with the settings.
std::string to_json(const Results& results);

}  // namespace promptdepth
