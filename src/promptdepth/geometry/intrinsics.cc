#include "promptdepth/geometry/intrinsics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/log.h"

namespace promptdepth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxFileBytes = 1 << 20;
constexpr std::size_t kMaxNumbers = 16;

void require_size(const Intrinsics& intrinsics) {
  if (intrinsics.width < 1 || intrinsics.height < 1) {
    fail(ErrorKind::kInvalidArgument,
         "expected intrinsics of a picture of known size, found {} x {} pixels", intrinsics.width,
         intrinsics.height);
  }
}

/// All numbers of the text, or nothing when anything but numbers, commas and white space is in it.
std::optional<std::vector<double>> parse_numbers(std::string_view text) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  std::vector<double> numbers;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) return numbers;
    double number = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || numbers.size() == kMaxNumbers) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

/// Nine numbers of a camera matrix. By columns when the principal point stands where rows have
/// zeros.
Intrinsics from_matrix(const std::vector<double>& k, std::string_view where) {
  const bool by_columns = k[2] == 0.0 && k[5] == 0.0 && (k[6] != 0.0 || k[7] != 0.0);
  const bool is_camera =
      std::abs(k[8] - 1.0) < 1e-6 && k[by_columns ? 2 : 6] == 0.0 && k[by_columns ? 5 : 7] == 0.0;
  if (!is_camera) {
    fail(ErrorKind::kInvalidData,
         "expected a camera matrix (fx 0 cx, 0 fy cy, 0 0 1) in {}, found other numbers", where);
  }
  return {k[0], k[4], k[by_columns ? 6 : 2], k[by_columns ? 7 : 5], 0, 0};
}

/// A picture's side that was read as a number.
int to_side(double value, std::string_view where) {
  if (!(value >= 1.0 && value <= 1 << 28)) {
    fail(ErrorKind::kInvalidData, "expected a picture's width and height in {}, found {}", where,
         value);
  }
  return static_cast<int>(value);
}

Intrinsics from_numbers(const std::vector<double>& numbers, std::string_view where) {
  if (numbers.size() == 4) return {numbers[0], numbers[1], numbers[2], numbers[3], 0, 0};
  if (numbers.size() == 6) {
    return {numbers[2],
            numbers[3],
            numbers[4],
            numbers[5],
            to_side(numbers[0], where),
            to_side(numbers[1], where)};
  }
  if (numbers.size() == 9) return from_matrix(numbers, where);
  fail(ErrorKind::kInvalidData,
       "expected fx, fy, cx, cy or a 3 x 3 matrix or width, height, fx, fy, cx, cy in {}, found {} "
       "numbers",
       where, numbers.size());
}

/// The first of the keys that holds a number.
std::optional<double> number_of(const Json& json, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto found = json.find(key);
    if (found != json.end() && found->is_number()) return found->get<double>();
  }
  return std::nullopt;
}

/// The numbers of a flat array or of an array of rows.
std::vector<double> matrix_numbers(const Json& matrix) {
  std::vector<double> numbers;
  const auto append = [&](const Json& value) {
    if (value.is_number() && numbers.size() < kMaxNumbers) numbers.push_back(value.get<double>());
  };
  for (const Json& row : matrix) {
    append(row);
    if (!row.is_array()) continue;
    for (const Json& value : row) append(value);
  }
  return numbers;
}

std::optional<Intrinsics> from_json_matrix(const Json& json, std::string_view where) {
  for (const char* key : {"K", "camera_matrix", "intrinsic_matrix", "intrinsics", "intrinsic"}) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_array()) continue;
    const std::vector<double> numbers = matrix_numbers(*found);
    if (numbers.size() == 4 || numbers.size() == 9) return from_numbers(numbers, where);
  }
  return std::nullopt;
}

/// A line of names and a line of numbers, separated by commas, as an object; nothing when the text
/// is none.
std::optional<Json> parse_table(const std::string& text) {
  std::istringstream lines(text);
  std::string header;
  std::string row;
  if (!std::getline(lines, header) || !std::getline(lines, row)) return std::nullopt;
  const auto numbers = parse_numbers(row);
  if (!numbers) return std::nullopt;
  Json object = Json::object();
  std::istringstream names(header);
  std::string name;
  for (const double number : *numbers) {
    if (!std::getline(names, name, ',')) return std::nullopt;
    const std::size_t first = std::min(name.find_first_not_of(" \t\""), name.size());
    const std::size_t last = name.find_last_not_of(" \t\r\"");
    object[name.substr(first, last + 1 - first)] = number;
  }
  return object;
}

Intrinsics from_object(const Json& json, std::string_view where) {
  const auto fx = number_of(json, {"fx", "fl_x"});
  const auto fy = number_of(json, {"fy", "fl_y"});
  const auto cx = number_of(json, {"cx"});
  const auto cy = number_of(json, {"cy"});
  Intrinsics intrinsics;
  if (fx && fy && cx && cy) {
    intrinsics = {*fx, *fy, *cx, *cy, 0, 0};
  } else if (const auto matrix = from_json_matrix(json, where)) {
    intrinsics = *matrix;
  } else {
    fail(ErrorKind::kInvalidData,
         "expected the keys fx, fy, cx, cy or a 3 x 3 matrix K in {}, found neither", where);
  }
  const auto width = number_of(json, {"width", "w"});
  const auto height = number_of(json, {"height", "h"});
  if (width && height) {
    intrinsics.width = to_side(*width, where);
    intrinsics.height = to_side(*height, where);
  }
  return intrinsics;
}

Intrinsics from_text(const std::string& text, std::string_view where) {
  if (const auto numbers = parse_numbers(text)) return from_numbers(*numbers, where);
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return from_object(json, where);
  if (const auto table = parse_table(text)) return from_object(*table, where);
  fail(
      ErrorKind::kInvalidData,
      "expected a JSON object with a camera, numbers, or a line of names and one of numbers in {}, "
      "found none of them",
      where);
}

void warn_of_other_aspect(const Intrinsics& intrinsics, int width, int height,
                          std::string_view where) {
  constexpr double kTolerance = 0.03;
  const double ratio = static_cast<double>(intrinsics.width) * height / intrinsics.height / width;
  if (std::abs(ratio - 1.0) <= kTolerance) return;
  log_warning(
      "expected a camera of the photo's shape, {} x {}, in {}, found {} x {}; it is stretched",
      width, height, where, intrinsics.width, intrinsics.height);
}

void check(const Intrinsics& intrinsics, std::string_view where) {
  const bool focal = intrinsics.fx > 0.0 && intrinsics.fy > 0.0;
  if (!focal || !std::isfinite(intrinsics.fx + intrinsics.fy + intrinsics.cx + intrinsics.cy)) {
    fail(ErrorKind::kInvalidData,
         "expected positive focal lengths and a finite principal point in {}, found fx {}, fy {}, "
         "cx {}, cy {}",
         where, intrinsics.fx, intrinsics.fy, intrinsics.cx, intrinsics.cy);
  }
}

}  // namespace

Intrinsics scale_intrinsics(const Intrinsics& intrinsics, int width, int height) {
  require_size(intrinsics);
  const double sx = static_cast<double>(width) / intrinsics.width;
  const double sy = static_cast<double>(height) / intrinsics.height;
  // The left edge of the picture is at -0.5 in every size.
  return {intrinsics.fx * sx,
          intrinsics.fy * sy,
          (intrinsics.cx + 0.5) * sx - 0.5,
          (intrinsics.cy + 0.5) * sy - 0.5,
          width,
          height};
}

Intrinsics apply_orientation(const Intrinsics& intrinsics, ExifOrientation orientation) {
  if (orientation == ExifOrientation::kUpright) return intrinsics;
  require_size(intrinsics);
  Intrinsics turned = intrinsics;
  if (swaps_sides(orientation)) {
    std::swap(turned.fx, turned.fy);
    std::swap(turned.cx, turned.cy);
    std::swap(turned.width, turned.height);
  }
  using enum ExifOrientation;
  const bool mirrors_x = orientation == kMirrored || orientation == kRotated180 ||
                         orientation == kRotated90 || orientation == kTransversed;
  const bool mirrors_y = orientation == kFlipped || orientation == kRotated180 ||
                         orientation == kRotated270 || orientation == kTransversed;
  if (mirrors_x) turned.cx = turned.width - 1 - turned.cx;
  if (mirrors_y) turned.cy = turned.height - 1 - turned.cy;
  return turned;
}

Intrinsics guess_intrinsics(int width, int height) {
  constexpr double kFocalPerLongSide = 0.8;
  const double focal = kFocalPerLongSide * std::max(width, height);
  return {focal, focal, 0.5 * (width - 1), 0.5 * (height - 1), width, height};
}

Intrinsics parse_intrinsics(std::string_view text, int width, int height, std::string_view where) {
  Intrinsics intrinsics = from_text(std::string(text), where);
  check(intrinsics, where);
  if (intrinsics.width == 0) {
    intrinsics.width = width;
    intrinsics.height = height;
  }
  warn_of_other_aspect(intrinsics, width, height, where);
  return scale_intrinsics(intrinsics, width, height);
}

Intrinsics load_intrinsics(std::string_view numbers_or_path, int width, int height) {
  const auto numbers = parse_numbers(numbers_or_path);
  if (numbers && numbers->size() == 4) {
    return parse_intrinsics(numbers_or_path, width, height, fmt::format("'{}'", numbers_or_path));
  }
  return parse_intrinsics(read_text_file(numbers_or_path, kMaxFileBytes), width, height,
                          fmt::format("'{}'", numbers_or_path));
}

}  // namespace promptdepth
