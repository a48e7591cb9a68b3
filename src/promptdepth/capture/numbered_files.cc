#include "promptdepth/capture/numbered_files.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "promptdepth/capture/listing.h"

namespace promptdepth {
namespace {

std::optional<std::int64_t> number_in(std::string_view name, std::string_view prefix,
                                      std::string_view ending) {
  if (name.size() <= prefix.size() + ending.size()) return std::nullopt;
  if (!name.starts_with(prefix) || !name.ends_with(ending)) return std::nullopt;
  const std::string_view digits =
      name.substr(prefix.size(), name.size() - prefix.size() - ending.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

NumberedFiles numbered(const std::vector<std::string>& names, std::string_view prefix,
                       const std::vector<std::string>& endings) {
  NumberedFiles files;
  for (const std::string& ending : endings) {
    for (const std::string& name : names) {
      if (const auto number = number_in(name, prefix, ending)) files.emplace(*number, name);
    }
  }
  return files;
}

NumberedFiles numbered_files(const std::filesystem::path& folder, std::string_view prefix,
                             const std::vector<std::string>& endings) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return {};
  return numbered(files_in(folder), prefix, endings);
}

void note_missing(const NumberedFiles& from, const NumberedFiles& in, std::string_view kind,
                  ProblemList& problems) {
  for (const auto& [number, name] : from) {
    if (!in.contains(number)) problems.add(kind, name);
  }
}

}  // namespace promptdepth
