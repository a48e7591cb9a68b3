#include "promptdepth/prompt/option_field.h"

#include <charconv>
#include <optional>
#include <type_traits>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

bool within(double value, const OptionField& field) {
  return value >= field.least && value <= field.greatest;
}

bool in_range(const OptionField& field) {
  return std::visit(
      [&](const auto* value) {
        using T = std::remove_cv_t<std::remove_pointer_t<decltype(value)>>;
        if constexpr (std::is_same_v<T, Interval>) {
          return within(value->low, field) && within(value->high, field) &&
                 value->low <= value->high;
        } else {
          return within(static_cast<double>(*value), field);
        }
      },
      field.value);
}

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<Interval> parse_interval(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto low = parse_number<float>(text.substr(0, comma));
  const auto high = parse_number<float>(text.substr(comma + 1));
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

template <typename T>
struct Kind;
template <>
struct Kind<bool> {
  static constexpr const char* kName = "true or false";
  static std::optional<bool> parse(std::string_view text) { return parse_bool(text); }
};
template <>
struct Kind<int> {
  static constexpr const char* kName = "a whole number";
  static std::optional<int> parse(std::string_view text) { return parse_number<int>(text); }
};
template <>
struct Kind<float> {
  static constexpr const char* kName = "a number";
  static std::optional<float> parse(std::string_view text) { return parse_number<float>(text); }
};
template <>
struct Kind<Interval> {
  static constexpr const char* kName = "low,high";
  static std::optional<Interval> parse(std::string_view text) { return parse_interval(text); }
};

const OptionField& field_named(std::string_view what, std::span<const OptionField> fields,
                               std::string_view name) {
  std::string names;
  for (const OptionField& field : fields) {
    if (field.name == name) return field;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", field.name);
  }
  fail(ErrorKind::kInvalidArgument, "{}: expected one of its settings ({}), found '{}'", what,
       names, name);
}

}  // namespace

void check_fields(std::string_view what, std::span<const OptionField> fields) {
  for (const OptionField& field : fields) {
    if (in_range(field)) continue;
    fail(ErrorKind::kInvalidArgument, "{}: expected {} from {} to {}, found {}", what, field.name,
         field.least, field.greatest, field_text(field));
  }
}

void set_field(std::string_view what, std::span<const OptionField> fields, std::string_view name,
               std::string_view text) {
  const OptionField& field = field_named(what, fields, name);
  std::visit(
      [&](auto* value) {
        using T = std::remove_pointer_t<decltype(value)>;
        const std::optional<T> parsed = Kind<T>::parse(text);
        if (!parsed) {
          fail(ErrorKind::kInvalidArgument, "{}: expected {} for {}, found '{}'", what,
               Kind<T>::kName, name, text);
        }
        *value = *parsed;
      },
      field.value);
}

std::string field_text(const OptionField& field) {
  return std::visit(
      [](const auto* value) -> std::string {
        using T = std::remove_cv_t<std::remove_pointer_t<decltype(value)>>;
        if constexpr (std::is_same_v<T, Interval>) {
          return fmt::format("{},{}", value->low, value->high);
        } else {
          return fmt::format("{}", *value);
        }
      },
      field.value);
}

}  // namespace promptdepth
