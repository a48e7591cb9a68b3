#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

/// A table of comma-separated values (RFC 4180) whose first row names the columns; white space
/// around names and values is dropped.
class CsvTable {
 public:
  /// `where` names the source in errors. Throws Error(kInvalidData) on a text without a header, a
  /// quote that is never closed, and more than 2^24 values.
  CsvTable(std::string_view text, std::string where);

  /// Throws Error(kIo) as well.
  static CsvTable read(const std::filesystem::path& path);

  std::size_t row_count() const { return rows_.size(); }
  bool has(std::string_view column) const;

  /// Throws Error(kInvalidData) when there is no such column or the row ends before it.
  const std::string& text(std::size_t row, std::string_view column) const;

  /// Also when it is no finite number.
  double number(std::size_t row, std::string_view column) const;

 private:
  std::string where_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace promptdepth
