#include "promptdepth/evaluate/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/image/canvas.h"
#include "promptdepth/image/preview.h"

namespace promptdepth {
namespace {

constexpr int kWidth_px = 1280;
constexpr double kErrorPercentile = 95;  ///< Of bilinear's error: the red end of the scale.
constexpr float kLeastError_m = 1e-6F;  ///< So that a perfect pixel is not taken for a missing one.

std::string shown_method(const Results& results, const std::string& kind) {
  return results.models.empty() ? results.best_baseline(kind, "l1_m").first
                                : results.models.front();
}

std::int64_t index_of(const Protocol& protocol, const std::string& frame) {
  for (std::int64_t i = 0; i < protocol.view_count(); ++i) {
    if (protocol.view_name(i) == frame) return i;
  }
  fail(ErrorKind::kInternal, "no frame '{}'", frame);
}

const DepthMap& prediction_of(const std::string& name, const std::vector<Method>& methods,
                              const std::vector<DepthMap>& predictions) {
  const auto found = std::find_if(methods.begin(), methods.end(),
                                  [&](const Method& method) { return method.name == name; });
  PD_CHECK(found != methods.end());
  return predictions[static_cast<std::size_t>(found - methods.begin())];
}

Image one_below_the_other(const Image& above, const Image& below) {
  Image sheet(std::max(above.width, below.width), above.height + below.height);
  paste(sheet, above, 0, 0);
  paste(sheet, below, 0, above.height);
  return sheet;
}

}  // namespace

std::vector<ShownFrame> choose_frames(const Results& results) {
  const std::size_t abs_rel = metric_index("abs_rel");
  std::vector<ShownFrame> chosen;
  for (const CaseKind& kind : results.kinds) {
    std::vector<ScoreRow> rows = results.rows_of(kind.name, shown_method(results, kind.name));
    std::stable_sort(rows.begin(), rows.end(), [&](const ScoreRow& a, const ScoreRow& b) {
      return a.scores[abs_rel] < b.scores[abs_rel];
    });
    const auto add = [&](const std::string& rank, std::size_t i) {
      chosen.push_back(
          {.kind = kind.name, .rank = rank, .frame = rows[i].frame, .scores = rows[i].scores});
    };
    if (!rows.empty()) add("best", 0);
    if (rows.size() >= 3) add("median", rows.size() / 2);
    if (rows.size() >= 2) add("worst", rows.size() - 1);
  }
  return chosen;
}

DepthMap error_map(const DepthMap& prediction, const DepthMap& truth) {
  PD_CHECK(prediction.width == truth.width && prediction.height == truth.height);
  DepthMap error = truth;
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    if (truth.values[i] > 0) {
      error.values[i] = std::max(std::abs(prediction.values[i] - truth.values[i]), kLeastError_m);
    }
  }
  return error;
}

Image draw_frame(const Protocol& protocol, const std::vector<Method>& methods,
                 const Results& results, const ShownFrame& shown) {
  const std::int64_t index = index_of(protocol, shown.frame);
  View view = protocol.view(index);
  DepthMap prompt = protocol.prompt(index, view, shown.kind);
  const Case one{
      .image = std::move(view.image), .prompt = std::move(prompt), .truth = std::move(view.truth)};
  const std::vector<DepthMap> predictions = predict_all(methods, one);
  const std::string method = shown_method(results, shown.kind);
  const std::string baseline = results.best_baseline(shown.kind, "l1_m").first;
  const DepthMap& ours = prediction_of(method, methods, predictions);
  const DepthMap& best = prediction_of(baseline, methods, predictions);

  const std::array<PreviewPanel, 4> depths = {{{.title = "photo", .photo = &one.image},
                                               {.title = "prompt", .depth = &one.prompt},
                                               {.title = method, .depth = &ours},
                                               {.title = "truth", .depth = &one.truth}}};
  const DepthMap bilinear_error =
      error_map(prediction_of("bilinear", methods, predictions), one.truth);
  const DepthMap best_error = error_map(best, one.truth);
  const DepthMap our_error = error_map(ours, one.truth);
  const std::array<PreviewPanel, 3> errors = {
      {{.title = "error of bilinear", .depth = &bilinear_error},
       {.title = "error of " + baseline, .depth = &best_error},
       {.title = "error of " + method, .depth = &our_error}}};
  const DepthRange error_range{
      0, std::max(1e-3F, percentile_range(bilinear_error, 0, kErrorPercentile).max_m)};
  return one_below_the_other(
      draw_panels(depths, preview_range(one.truth), {.width_px = kWidth_px}),
      draw_panels(errors, error_range, {.width_px = kWidth_px, .color_map = ColorMap::kTurbo}));
}

}  // namespace promptdepth
