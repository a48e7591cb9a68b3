#include "promptdepth/capture/json_numbers.h"

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {

using Json = nlohmann::json;

Json read_json_object(const std::filesystem::path& path, std::size_t most) {
  Json json = Json::parse(read_text_file(path, most), nullptr, false);
  if (!json.is_object()) {
    fail(ErrorKind::kInvalidData, "expected a JSON object in '{}', found none", path.string());
  }
  return json;
}

std::optional<double> json_number(const Json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::optional<std::vector<double>> json_numbers(const Json& object, const char* key,
                                                std::size_t count) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return std::nullopt;
  std::vector<double> numbers;
  const auto append = [&](const Json& value) {
    if (!value.is_number() || numbers.size() == count) return false;
    numbers.push_back(value.get<double>());
    return true;
  };
  for (const Json& row : *found) {
    if (!row.is_array()) {
      if (!append(row)) return std::nullopt;
      continue;
    }
    for (const Json& value : row) {
      if (!append(value)) return std::nullopt;
    }
  }
  if (numbers.size() != count) return std::nullopt;
  return numbers;
}

}  // namespace promptdepth
