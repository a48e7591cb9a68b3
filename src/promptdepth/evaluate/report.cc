#include "promptdepth/evaluate/report.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "promptdepth/base/files.h"
#include "promptdepth/base/html.h"
#include "promptdepth/evaluate/pictures.h"
#include "promptdepth/image/jpeg.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr int kJpegQuality = 88;

constexpr std::string_view kStyle =
    "body{font:15px/1.4 sans-serif;max-width:1280px;margin:2em auto;color:#222}"
    "img{width:100%}table{border-collapse:collapse;margin:1em 0}"
    "td,th{padding:2px 8px;text-align:right}td:first-child,th:first-child{text-align:left}"
    "tr.model{font-weight:bold}figure{margin:1.5em 0}dt{font-weight:bold}";

std::string html_table(const Results& results, const CaseKind& kind) {
  std::string html = "<table><tr><th>method";
  for (const Metric& metric : metrics()) html += "<th>" + html_escaped(metric.title);
  for (const auto& [method, unused] : results.methods) {
    const bool is_model =
        std::find(results.models.begin(), results.models.end(), method) != results.models.end();
    html += fmt::format("<tr{}><td>{}", is_model ? " class='model'" : "", html_escaped(method));
    const Scores scores = results.mean(kind.name, method);
    for (std::size_t m = 0; m < scores.size(); ++m) {
      html += scores[m] ? fmt::format("<td>{:.{}f}", *scores[m], metrics()[m].decimals) : "<td>";
    }
  }
  return html + "</table>";
}

std::string html_gain(const Results& results, const CaseKind& kind) {
  std::string html;
  for (const std::string& model : results.models) {
    const Gain g = gain(results, kind.name, model);
    html += fmt::format(
        "<p>{}: L1 {:.2f} of bilinear and {:.2f} of the best baseline ({}); boundary F1 {:.2f} "
        "times the best baseline's ({}).</p>",
        html_escaped(model), g.l1_of_bilinear, g.l1_of_best, g.best_by_l1, g.boundary_f1_of_best,
        g.best_by_f1);
  }
  return html;
}

std::string html_settings(const Results& results) {
  std::string html = "<dl>";
  const auto add = [&](const std::string& key, const std::string& value) {
    html += fmt::format("<dt>{}<dd>{}", html_escaped(key), html_escaped(value));
  };
  for (const auto& [key, value] : results.settings) add(key, value);
  for (const auto& [method, description] : results.methods) add(method, description);
  return html + "</dl>";
}

std::string html_picture(const ShownFrame& shown, std::span<const std::byte> jpeg) {
  return fmt::format(
      "<figure><figcaption>{}: {} (AbsRel {:.4f}, L1 {:.4f} m)</figcaption>"
      "<img alt='{} {}' src='data:image/jpeg;base64,{}'></figure>",
      shown.rank, html_escaped(shown.frame), *shown.scores[metric_index("abs_rel")],
      *shown.scores[metric_index("l1_m")], shown.rank, html_escaped(shown.kind), base64(jpeg));
}

}  // namespace

void write_report(const fs::path& folder, const Protocol& protocol,
                  const std::vector<Method>& methods, const Results& results,
                  const ProgressCallback& progress) {
  write_file_atomically(folder / "summary.json", to_json(results));
  write_file_atomically(folder / "summary.md", to_markdown(results));

  const std::vector<ShownFrame> frames = choose_frames(results);
  make_folders(folder / "pictures");
  std::map<std::string, std::string> pictures_of_kind;
  std::int64_t done = 0;
  for (const ShownFrame& shown : frames) {
    const std::vector<std::byte> jpeg =
        encode_jpeg(draw_frame(protocol, methods, results, shown), kJpegQuality);
    write_file_atomically(folder / "pictures" / fmt::format("{}-{}.jpg", shown.kind, shown.rank),
                          jpeg);
    pictures_of_kind[shown.kind] += html_picture(shown, jpeg);
    if (progress) progress(++done, static_cast<std::int64_t>(frames.size()), shown.frame);
  }

  std::string html = fmt::format(
      "<!doctype html><meta charset='utf-8'><title>promptdepth evaluate {0}</title>"
      "<style>{1}</style><h1>promptdepth evaluate {0}</h1>",
      html_escaped(results.protocol), kStyle);
  for (const CaseKind& kind : results.kinds) {
    html += fmt::format("<h2>{}: {}</h2>", html_escaped(kind.name), html_escaped(kind.description));
    html += html_table(results, kind) + html_gain(results, kind) + pictures_of_kind[kind.name];
  }
  html += "<h2>Settings</h2>" + html_settings(results);
  write_file_atomically(folder / "report.html", html);
}

}  // namespace promptdepth
