#include "promptdepth/evaluate/results.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using Json = nlohmann::ordered_json;

double value_or_zero(const Scores& scores, std::string_view key) {
  return scores[metric_index(key)].value_or(0);
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

std::string markdown_row(const std::string& method, const Scores& scores) {
  std::string row = "| " + method + " |";
  for (std::size_t m = 0; m < scores.size(); ++m) {
    row += scores[m] ? fmt::format(" {:.{}f} |", *scores[m], metrics()[m].decimals) : " |";
  }
  return row + "\n";
}

std::string markdown_header() {
  std::string titles = "| method |";
  std::string rule = "|---|";
  for (const Metric& metric : metrics()) {
    titles += " " + metric.title + " |";
    rule += "---|";
  }
  return titles + "\n" + rule + "\n";
}

Json to_json(const Scores& scores) {
  Json json;
  for (std::size_t m = 0; m < scores.size(); ++m) {
    json[metrics()[m].key] = scores[m] ? Json(*scores[m]) : Json(nullptr);
  }
  return json;
}

Json to_json(const Gain& gain) {
  return {{"l1_of_bilinear", gain.l1_of_bilinear},
          {"l1_of_best_baseline", gain.l1_of_best},
          {"best_baseline_by_l1", gain.best_by_l1},
          {"boundary_f1_of_best_baseline", gain.boundary_f1_of_best},
          {"best_baseline_by_boundary_f1", gain.best_by_f1}};
}

Json kind_to_json(const Results& results, const CaseKind& kind) {
  Json json = {{"kind", kind.name},
               {"description", kind.description},
               {"frames", results.rows_of(kind.name, results.methods.front().first).size()}};
  for (const auto& [method, unused] : results.methods) {
    json["methods"][method] = to_json(results.mean(kind.name, method));
  }
  for (const std::string& model : results.models) {
    json["gains"][model] = to_json(gain(results, kind.name, model));
  }
  return json;
}

}  // namespace

std::vector<ScoreRow> Results::rows_of(std::string_view kind, std::string_view method) const {
  std::vector<ScoreRow> found;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(found),
               [&](const ScoreRow& row) { return row.kind == kind && row.method == method; });
  return found;
}

Scores Results::mean(std::string_view kind, std::string_view method) const {
  std::vector<Scores> images;
  for (ScoreRow& row : rows_of(kind, method)) images.push_back(std::move(row.scores));
  return mean_scores(images);
}

std::pair<std::string, double> Results::best_baseline(std::string_view kind,
                                                      std::string_view key) const {
  PD_CHECK(!baselines.empty());
  const bool more_is_better = metrics()[metric_index(key)].more_is_better;
  std::pair<std::string, double> best;
  for (const std::string& name : baselines) {
    const double value = value_or_zero(mean(kind, name), key);
    const bool better = more_is_better ? value > best.second : value < best.second;
    if (best.first.empty() || better) best = {name, value};
  }
  return best;
}

Gain gain(const Results& results, std::string_view kind, std::string_view model) {
  const Scores ours = results.mean(kind, model);
  const auto [best_by_l1, least_l1] = results.best_baseline(kind, "l1_m");
  const auto [best_by_f1, greatest_f1] = results.best_baseline(kind, "boundary_f1");
  const double l1 = value_or_zero(ours, "l1_m");
  return {.l1_of_bilinear = ratio(l1, value_or_zero(results.mean(kind, "bilinear"), "l1_m")),
          .l1_of_best = ratio(l1, least_l1),
          .best_by_l1 = best_by_l1,
          .boundary_f1_of_best = ratio(value_or_zero(ours, "boundary_f1"), greatest_f1),
          .best_by_f1 = best_by_f1};
}

std::string to_markdown(const Results& results) {
  std::string text;
  for (const CaseKind& kind : results.kinds) {
    text += fmt::format("{}: {} ({} frames)\n\n", kind.name, kind.description,
                        results.rows_of(kind.name, results.methods.front().first).size());
    text += markdown_header();
    for (const auto& [method, unused] : results.methods) {
      text += markdown_row(method, results.mean(kind.name, method));
    }
    text += "\n";
    for (const std::string& model : results.models) {
      const Gain g = gain(results, kind.name, model);
      text += fmt::format(
          "{}: L1 {:.2f} of bilinear and {:.2f} of the best baseline ({}); boundary F1 {:.2f} "
          "times the best baseline's ({})\n\n",
          model, g.l1_of_bilinear, g.l1_of_best, g.best_by_l1, g.boundary_f1_of_best, g.best_by_f1);
    }
  }
  return text;
}

std::string to_json(const Results& results) {
  Json json = {{"protocol", results.protocol}};
  for (const auto& [key, value] : results.settings) json["settings"][key] = value;
  for (const auto& [name, description] : results.methods) json["methods"][name] = description;
  for (const CaseKind& kind : results.kinds) json["kinds"].push_back(kind_to_json(results, kind));
  return json.dump(1) + "\n";
}

}  // namespace promptdepth
