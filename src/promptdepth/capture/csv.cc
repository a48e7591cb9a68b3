#include "promptdepth/capture/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 28;
constexpr std::size_t kMostValues = std::size_t{1} << 24;

/// Takes values off the front of a text.
class Scanner {
 public:
  Scanner(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  bool at_end() const { return text_.empty(); }

  std::vector<std::string> row() {
    std::vector<std::string> values;
    bool more = true;
    while (more) {
      if (++value_count_ > kMostValues) {
        fail(ErrorKind::kInvalidData, "expected at most {} values in '{}', found more", kMostValues,
             where_);
      }
      values.push_back(value());
      more = !text_.empty() && text_.front() == ',';
      if (!text_.empty()) text_.remove_prefix(1);  // The comma or the end of the line.
    }
    return values;
  }

 private:
  std::string value() {
    skip_blanks();
    return !text_.empty() && text_.front() == '"' ? quoted() : plain();
  }

  std::string plain() {
    const std::string_view found = text_.substr(0, text_.find_first_of(",\n"));
    text_.remove_prefix(found.size());
    return std::string(found.substr(0, found.find_last_not_of(" \t\r") + 1));
  }

  /// Up to the closing quote; two quotes stand for one.
  std::string quoted() {
    std::string result;
    for (;;) {
      text_.remove_prefix(1);
      const std::size_t quote = text_.find('"');
      if (quote == std::string_view::npos) {
        fail(ErrorKind::kInvalidData, "expected a closing quote in '{}', found the end", where_);
      }
      result += text_.substr(0, quote);
      text_.remove_prefix(quote + 1);
      if (text_.empty() || text_.front() != '"') break;
      result += '"';
    }
    text_.remove_prefix(std::min(text_.find_first_of(",\n"), text_.size()));
    return result;
  }

  void skip_blanks() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \t\r"), text_.size()));
  }

  std::string_view text_;
  std::string_view where_;
  std::size_t value_count_ = 0;
};

bool is_blank(const std::vector<std::string>& row) { return row.size() == 1 && row[0].empty(); }

}  // namespace

CsvTable::CsvTable(std::string_view text, std::string where) : where_(std::move(where)) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // Byte order mark.
  Scanner scanner(text, where_);
  if (!scanner.at_end()) columns_ = scanner.row();
  if (columns_.empty() || is_blank(columns_)) {
    fail(ErrorKind::kInvalidData, "expected a row of column names in '{}', found none", where_);
  }
  while (!scanner.at_end()) {
    std::vector<std::string> row = scanner.row();
    if (!is_blank(row)) rows_.push_back(std::move(row));
  }
}

CsvTable CsvTable::read(const std::filesystem::path& path) {
  return {read_text_file(path, kMostBytes), path.string()};
}

bool CsvTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

const std::string& CsvTable::text(std::size_t row, std::string_view column) const {
  PD_CHECK(row < rows_.size());
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    fail(ErrorKind::kInvalidData, "expected a column '{}' in '{}', found none", column, where_);
  }
  const auto index = static_cast<std::size_t>(found - columns_.begin());
  if (index >= rows_[row].size()) {
    fail(ErrorKind::kInvalidData, "expected {} values in row {} of '{}', found {}", columns_.size(),
         row + 1, where_, rows_[row].size());
  }
  return rows_[row][index];
}

double CsvTable::number(std::size_t row, std::string_view column) const {
  const std::string& value = text(row, column);
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || !std::isfinite(number)) {
    fail(ErrorKind::kInvalidData, "expected a number in column '{}', row {} of '{}', found '{}'",
         column, row + 1, where_, value);
  }
  return number;
}

}  // namespace promptdepth
