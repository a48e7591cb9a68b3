#include "promptdepth/train/report.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "promptdepth/base/files.h"
#include "promptdepth/base/html.h"
#include "promptdepth/image/codec.h"

namespace promptdepth {
namespace {

constexpr double kPlotWidth_px = 860;
constexpr double kPlotHeight_px = 240;
constexpr std::size_t kMostPoints = 400;
constexpr std::size_t kPaceSteps = 200;
constexpr std::string_view kReadAgain = "<meta http-equiv='refresh' content='30'>";

struct Point {
  double x;
  double y;  ///< Above 0; drawn on a logarithmic axis.
};

struct Curve {
  std::string name;
  std::string color;
  std::vector<Point> points;
};

/// The picture as a data URL. The PNG lies beside the page only while it is read back.
std::string data_url(const Image& picture, const std::filesystem::path& page) {
  std::filesystem::path file = page;
  file.replace_extension(".tmp.png");
  write_image(file, picture);
  const std::vector<std::byte> bytes = read_file(file);
  std::filesystem::remove(file);
  return "data:image/png;base64," + base64(bytes);
}

/// At most kMostPoints, each the mean of its neighbours, so that noise does not hide the trend.
std::vector<Point> thinned(const std::vector<Point>& points) {
  const std::size_t group = (points.size() + kMostPoints - 1) / kMostPoints;
  std::vector<Point> result;
  for (std::size_t i = 0; i < points.size(); i += group) {
    const std::size_t end = std::min(points.size(), i + group);
    Point mean{0, 0};
    for (std::size_t k = i; k < end; ++k) {
      mean.x += points[k].x / static_cast<double>(end - i);
      mean.y += points[k].y / static_cast<double>(end - i);
    }
    result.push_back(mean);
  }
  return result;
}

/// The least and greatest ordinate of all curves, a little apart.
std::pair<double, double> ordinates(const std::vector<Curve>& curves) {
  double low = 1e30;
  double high = 1e-30;
  for (const Curve& curve : curves) {
    for (const Point& point : curve.points) {
      if (point.y <= 0) continue;
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  return low < high ? std::pair(low, high) : std::pair(low * 0.9, low * 1.1);
}

std::string plot(std::string_view title, const std::vector<Curve>& curves, double last_step) {
  const auto [low, high] = ordinates(curves);
  const double scale = kPlotHeight_px / std::log(high / low);
  std::string svg = fmt::format(
      "<h2>{}</h2><svg viewBox='-70 -12 {} {}'><rect width='{}' height='{}' class='frame'/>", title,
      kPlotWidth_px + 90, kPlotHeight_px + 40, kPlotWidth_px, kPlotHeight_px);
  for (int tick = 0; tick <= 4; ++tick) {
    const double y = kPlotHeight_px * tick / 4;
    svg += fmt::format("<text x='-8' y='{:.1f}' class='right'>{:.4g}</text>", y + 4,
                       low * std::exp((kPlotHeight_px - y) / scale));
    svg += fmt::format("<text x='{:.1f}' y='{}' class='middle'>{:.0f}</text>",
                       kPlotWidth_px * tick / 4, kPlotHeight_px + 18, last_step * tick / 4);
  }
  double legend = 16;
  for (const Curve& curve : curves) {
    std::string path;
    for (const Point& point : curve.points) {
      path += fmt::format("{:.1f},{:.1f} ", point.x / last_step * kPlotWidth_px,
                          std::log(high / std::max(point.y, low)) * scale);
    }
    svg += fmt::format("<polyline points='{}' stroke='{}'/>", path, curve.color);
    svg += fmt::format("<text x='{}' y='{}' class='right' fill='{}'>{}</text>", kPlotWidth_px - 10,
                       legend, curve.color, curve.name);
    legend += 18;
  }
  return svg + "</svg>";
}

std::string loss_plot(const RunRecord& record) {
  std::vector<Point> points;
  for (const StepRecord& step : record.steps()) {
    points.push_back({static_cast<double>(step.step), step.loss.total});
  }
  const double last = points.empty() ? 1 : points.back().x;
  return plot("Training loss", {{"loss", "#1f5fbf", thinned(points)}}, last);
}

std::string validation_plot(const RunRecord& record) {
  Curve model{"model", "#1f5fbf", {}};
  Curve bilinear{"bilinear", "#b35c00", {}};
  for (const ValidationRecord& one : record.validations()) {
    const auto step = static_cast<double>(one.step);
    model.points.push_back({step, one.validation.l1_m});
    bilinear.points.push_back({step, one.validation.bilinear_l1_m});
  }
  const double last = model.points.empty() ? 1 : model.points.back().x;
  return plot("Held-out L1 (m)", {model, bilinear}, last);
}

/// Speed, and what the trainer waits for, of the last updates and of all.
std::string pace_sentence(const Recipe& recipe, const RunRecord& record) {
  const auto phrase = [&](std::span<const StepRecord> steps) {
    const Pace pace = pace_of(steps);
    const double samples_per_s =
        pace.seconds_per_step > 0 ? static_cast<double>(recipe.batch) / pace.seconds_per_step : 0;
    return fmt::format("{:.1f} samples/s per process, {:.1f} % of the time spent waiting for data",
                       samples_per_s, 100 * pace.waiting_share);
  };
  return fmt::format("<p>Last {} updates: {}. All: {}.</p>", record.last_steps(kPaceSteps).size(),
                     phrase(record.last_steps(kPaceSteps)), phrase(record.steps()));
}

std::string table(const Validation& validation) {
  std::string html =
      "<h2>Latest validation</h2><table><tr><th>prompt<th>frames<th>L1 m<th>bilinear<th>ratio"
      "<th>AbsRel<th>bilinear<th>boundary F1<th>bilinear</tr>";
  for (const KindScore& kind : validation.kinds) {
    html += fmt::format(
        "<tr><td>{}<td>{}<td>{:.4f}<td>{:.4f}<td>{:.2f}<td>{:.4f}<td>{:.4f}<td>{:.3f}<td>{:.3f}"
        "</tr>",
        kind.kind, kind.frames, kind.model.depth.l1_m, kind.bilinear.depth.l1_m,
        kind.model.depth.l1_m / kind.bilinear.depth.l1_m, kind.model.depth.abs_rel,
        kind.bilinear.depth.abs_rel, kind.model.boundary_f1, kind.bilinear.boundary_f1);
  }
  return html + "</table>";
}

constexpr std::string_view kStyle =
    "body{font:15px/1.4 sans-serif;max-width:960px;margin:2em auto;color:#222}"
    "svg{width:100%}polyline{fill:none;stroke-width:1.5}.frame{fill:none;stroke:#999}"
    "text{font-size:12px}.right{text-anchor:end}.middle{text-anchor:middle}"
    "img{width:100%;margin-bottom:6px}table{border-collapse:collapse}"
    "td,th{padding:2px 10px;text-align:right}td:first-child{text-align:left}"
    "pre{background:#f4f4f4;padding:1em;overflow:auto}";

}  // namespace

void write_report(const std::filesystem::path& path, const Recipe& recipe, const RunRecord& record,
                  std::span<const Image> pictures) {
  const std::int64_t step = record.steps().empty() ? 0 : record.steps().back().step;
  std::string html = fmt::format(
      "<!doctype html><meta charset='utf-8'>{5}<title>{0}</title><style>{1}</style><h1>{0}</h1>"
      "<p>Step {2} of {3}, {4} samples per process.</p>",
      html_escaped(recipe.name), kStyle, step, recipe.steps, step * recipe.batch,
      step < recipe.steps ? kReadAgain : "");
  html += pace_sentence(recipe, record);
  html += loss_plot(record) + validation_plot(record);
  if (!record.validations().empty()) html += table(record.validations().back().validation);
  html += "<h2>Held-out frames: photo, prompt, prediction, truth</h2>";
  for (const Image& picture : pictures) {
    html += fmt::format("<img src='{}'>", data_url(picture, path));
  }
  html += fmt::format("<h2>Recipe</h2><pre>{}</pre>", html_escaped(to_json(recipe)));
  write_file_atomically(path, html);
}

}  // namespace promptdepth
