#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "promptdepth/evaluate/scores.h"

namespace promptdepth {

/// How one method did on one frame with one kind of prompt.
struct ScoreRow {
  std::string kind = {};
  std::string frame = {};
  std::string method = {};
  Scores scores = {};
};

/// Text that may stand in a cell: without commas and line feeds.
std::string csv_cell(std::string text);

/// The results of an evaluation, in memory and as CSV, one line per row. Rows are appended to the
/// file as they come, a frame's methods together, so that an evaluation that was killed loses at
/// most the frames in work; numbers are written so that reading gives the same bits.
class ScoreTable {
 public:
  /// Takes over what an earlier run left in `path`: the frames with a row for each of `methods`.
  /// Throws Error(kInvalidData) when the file is no such table.
  ScoreTable(std::filesystem::path path, std::vector<std::string> methods);

  /// Thread-safe.
  bool has(const std::string& kind, const std::string& frame) const;

  /// The rows of one kind and frame, one for each method. Thread-safe.
  void add(const std::vector<ScoreRow>& rows);

  /// Writes the file anew, sorted by kind and frame, so that it does not depend on who was first.
  void finish();

  const std::vector<ScoreRow>& rows() const { return rows_; }

 private:
  std::string text() const;

  std::filesystem::path path_;
  std::vector<std::string> methods_;
  mutable std::mutex mutex_;
  std::vector<ScoreRow> rows_;
  std::set<std::pair<std::string, std::string>> done_;
};

}  // namespace promptdepth
