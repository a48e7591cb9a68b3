#include "promptdepth/evaluate/score_table.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

std::string header() {
  std::string line = "kind,frame,method";
  for (const Metric& metric : metrics()) line += "," + metric.key;
  return line;
}

std::string line_of(const ScoreRow& row) {
  std::string line = fmt::format("{},{},{}", row.kind, row.frame, row.method);
  for (const std::optional<double>& score : row.scores) {
    line += score ? fmt::format(",{}", *score) : ",";
  }
  return line + "\n";
}

/// Nothing for a line that was cut off while it was written.
std::optional<ScoreRow> row_from(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line + ",");
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  if (cells.size() != 3 + metrics().size()) return std::nullopt;
  ScoreRow row{.kind = cells[0], .frame = cells[1], .method = cells[2]};
  for (std::size_t i = 3; i < cells.size(); ++i) {
    const std::string& cell = cells[i];
    row.scores.emplace_back();
    if (cell.empty()) continue;
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
    row.scores.back() = value;
  }
  return row;
}

/// The whole lines of a table; the text after the last line feed was cut off.
std::vector<ScoreRow> rows_from(const std::filesystem::path& path) {
  const std::string text = read_text_file(path);
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
  std::vector<ScoreRow> rows;
  std::string line;
  if (text.empty()) return rows;
  if (!std::getline(lines, line) || line != header()) {
    fail(ErrorKind::kInvalidData, "'{}': expected the columns '{}', found '{}'", path.string(),
         header(), line.substr(0, 80));
  }
  while (std::getline(lines, line)) {
    std::optional<ScoreRow> row = row_from(line);
    if (!row) {
      fail(ErrorKind::kInvalidData, "'{}': expected a row of results, found '{}'", path.string(),
           line.substr(0, 80));
    }
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace

std::string csv_cell(std::string text) {
  for (char& c : text) {
    if (c == ',' || c == '\n' || c == '\r') c = '_';
  }
  return text;
}

ScoreTable::ScoreTable(std::filesystem::path path, std::vector<std::string> methods)
    : path_(std::move(path)), methods_(std::move(methods)) {
  if (std::filesystem::exists(path_)) {
    std::map<std::pair<std::string, std::string>, std::map<std::string, ScoreRow>> frames;
    for (ScoreRow& row : rows_from(path_)) {
      frames[{row.kind, row.frame}].insert_or_assign(row.method, row);
    }
    for (const auto& frame : frames) {
      const std::map<std::string, ScoreRow>& by_method = frame.second;
      const bool whole = std::all_of(methods_.begin(), methods_.end(),
                                     [&](const auto& name) { return by_method.contains(name); });
      if (!whole) continue;
      for (const std::string& method : methods_) rows_.push_back(by_method.at(method));
      done_.insert(frame.first);
    }
  }
  write_file_atomically(path_, text());
}

bool ScoreTable::has(const std::string& kind, const std::string& frame) const {
  const std::lock_guard lock(mutex_);
  return done_.contains({kind, frame});
}

void ScoreTable::add(const std::vector<ScoreRow>& rows) {
  PD_CHECK(rows.size() == methods_.size());
  std::string lines;
  for (const ScoreRow& row : rows) lines += line_of(row);
  const std::lock_guard lock(mutex_);
  std::ofstream file(path_, std::ios::app);
  file << lines;
  file.close();
  if (!file) fail(ErrorKind::kIo, "cannot write to '{}'", path_.string());
  rows_.insert(rows_.end(), rows.begin(), rows.end());
  done_.insert({rows[0].kind, rows[0].frame});
}

void ScoreTable::finish() {
  std::stable_sort(rows_.begin(), rows_.end(), [](const ScoreRow& a, const ScoreRow& b) {
    return std::tie(a.kind, a.frame) < std::tie(b.kind, b.frame);
  });
  write_file_atomically(path_, text());
}

std::string ScoreTable::text() const {
  std::string text = header() + "\n";
  for (const ScoreRow& row : rows_) text += line_of(row);
  return text;
}

}  // namespace promptdepth
