#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/simulation_mix.h"

// Reading, writing and checking of recipes. Every part of a recipe lists its fields once, in a
// function visit(visitor, part) beside its struct; these are the visitors. They have
//   field(name, number, least, greatest)      interval(name, [low, high])
//   text(name, text), optional_text           choice(name, text, choices)
//   option(name, enum, names and values)      numbers(name, list, fewest, most, least, greatest)
//   part(name, struct)                        list(name, vector of structs), optional_list
// where what is not optional must not be empty.

namespace promptdepth {

using RecipeJson = nlohmann::ordered_json;

template <typename T>
using RecipeChoices = std::vector<std::pair<const char*, T>>;

/// Fills a struct from a JSON object; at the end no key may be left over.
class RecipeReader {
 public:
  RecipeReader(const RecipeJson& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) fail_type("", "an object", json);
  }

  template <typename T>
  void field(const char* name, T& value, double, double) {
    if (const RecipeJson* found = take(name)) value = number<T>(name, *found);
  }
  void interval(const char* name, Interval& value) {
    const RecipeJson* found = take(name);
    if (found == nullptr) return;
    if (!found->is_array() || found->size() != 2) fail_type(name, "[low, high]", *found);
    value = {number<float>(name, (*found)[0]), number<float>(name, (*found)[1])};
  }
  void text(const char* name, std::string& value) {
    const RecipeJson* found = take(name);
    if (found == nullptr) return;
    if (!found->is_string()) fail_type(name, "a text", *found);
    value = found->get<std::string>();
  }
  void optional_text(const char* name, std::string& value) { text(name, value); }
  void choice(const char* name, std::string& value, const std::vector<std::string_view>&) {
    text(name, value);
  }
  template <typename T>
  void option(const char* name, T& value, const RecipeChoices<T>& choices) {
    std::string chosen;
    for (const auto& [text, known] : choices) {
      if (known == value) chosen = text;
    }
    text(name, chosen);
    std::string names;
    for (const auto& [text, known] : choices) {
      if (chosen == text) {
        value = known;
        return;
      }
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", text);
    }
    fail(ErrorKind::kInvalidData, "{}{}: expected one of {}, found \"{}\"", path_, name, names,
         chosen);
  }
  void numbers(const char* name, std::vector<std::int64_t>& values, std::size_t, std::size_t,
               double, double) {
    const RecipeJson* found = take(name);
    if (found == nullptr) return;
    if (!found->is_array()) fail_type(name, "a list of numbers", *found);
    values.clear();
    for (const RecipeJson& entry : *found) values.push_back(number<std::int64_t>(name, entry));
  }
  template <typename T>
  void part(const char* name, T& value) {
    if (const RecipeJson* found = take(name))
      read(*found, fmt::format("{}{}.", path_, name), value);
  }
  template <typename T>
  void list(const char* name, std::vector<T>& values) {
    const RecipeJson* found = take(name);
    if (found == nullptr) return;
    if (!found->is_array()) fail_type(name, "a list", *found);
    values.clear();
    for (std::size_t i = 0; i < found->size(); ++i) {
      read((*found)[i], fmt::format("{}{}[{}].", path_, name, i), values.emplace_back());
    }
  }

  template <typename T>
  void optional_list(const char* name, std::vector<T>& values) {
    list(name, values);
  }

  template <typename T>
  static void read(const RecipeJson& json, std::string path, T& value) {
    RecipeReader reader(json, std::move(path));
    visit(reader, value);
    reader.refuse_unknown_keys();
  }

 private:
  const RecipeJson* take(const char* name) {
    known_.insert(name);
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }

  template <typename T>
  T number(const char* name, const RecipeJson& json) const {
    if (!json.is_number()) fail_type(name, "a number", json);
    if constexpr (std::is_integral_v<T>) {
      const auto value = json.get<double>();
      if (!json.is_number_integer() || value < static_cast<double>(std::numeric_limits<T>::min()) ||
          value > static_cast<double>(std::numeric_limits<T>::max())) {
        fail_type(name, "a whole number", json);
      }
    }
    return json.get<T>();
  }

  void refuse_unknown_keys() const {
    for (const auto& [key, value] : json_.items()) {
      if (known_.count(key) == 0) {
        fail(ErrorKind::kInvalidData, "{}{}: no such setting", path_, key);
      }
    }
  }

  [[noreturn]] void fail_type(const char* name, const char* expected,
                              const RecipeJson& found) const {
    fail(ErrorKind::kInvalidData, "{}{}: expected {}, found {}", path_, name, expected,
         found.dump().substr(0, 60));
  }

  const RecipeJson& json_;
  std::string path_;
  std::set<std::string> known_;
};

/// Turns a struct into a JSON object.
class RecipeWriter {
 public:
  template <typename T>
  void field(const char* name, const T& value, double, double) {
    // A float is written with the digits it needs as a float, not as the double it becomes.
    if constexpr (std::is_same_v<T, float>) {
      json_[name] = RecipeJson::parse(fmt::format("{}", value));
    } else {
      json_[name] = value;
    }
  }
  void interval(const char* name, const Interval& value) {
    json_[name] = RecipeJson::parse(fmt::format("[{}, {}]", value.low, value.high));
  }
  void text(const char* name, const std::string& value) { json_[name] = value; }
  void optional_text(const char* name, const std::string& value) { text(name, value); }
  void choice(const char* name, const std::string& value, const std::vector<std::string_view>&) {
    text(name, value);
  }
  template <typename T>
  void option(const char* name, const T& value, const RecipeChoices<T>& choices) {
    for (const auto& [text, known] : choices) {
      if (known == value) json_[name] = text;
    }
  }
  void numbers(const char* name, const std::vector<std::int64_t>& values, std::size_t, std::size_t,
               double, double) {
    json_[name] = values;
  }
  template <typename T>
  void part(const char* name, T& value) {
    json_[name] = write(value);
  }
  template <typename T>
  void list(const char* name, std::vector<T>& values) {
    json_[name] = RecipeJson::array();
    for (T& value : values) json_[name].push_back(write(value));
  }

  template <typename T>
  void optional_list(const char* name, std::vector<T>& values) {
    list(name, values);
  }

  template <typename T>
  static RecipeJson write(T& value) {
    RecipeWriter writer;
    visit(writer, value);
    return std::move(writer.json_);
  }

 private:
  RecipeJson json_ = RecipeJson::object();
};

/// Holds every field against its range.
class RecipeChecker {
 public:
  explicit RecipeChecker(std::string path) : path_(std::move(path)) {}

  template <typename T>
  void field(const char* name, const T& value, double least, double greatest) {
    const auto number = static_cast<double>(value);
    if (number >= least && number <= greatest) return;
    fail(ErrorKind::kInvalidArgument, "recipe: expected {}{} between {} and {}, found {}", path_,
         name, least, greatest, value);
  }
  void interval(const char*, const Interval&) {}  // SimulationMix::validate checks them.
  void text(const char* name, const std::string& value) {
    if (!value.empty()) return;
    fail(ErrorKind::kInvalidArgument, "recipe: expected a text in {}{}, found none", path_, name);
  }
  void optional_text(const char*, const std::string&) {}
  void choice(const char* name, const std::string& value,
              const std::vector<std::string_view>& choices) {
    for (const std::string_view known : choices) {
      if (value == known) return;
    }
    fail(ErrorKind::kInvalidArgument, "recipe: expected {}{} to be \"{}\", found \"{}\"", path_,
         name, fmt::join(choices, "\" or \""), value);
  }
  template <typename T>
  void option(const char*, const T&, const RecipeChoices<T>&) {}
  void numbers(const char* name, const std::vector<std::int64_t>& values, std::size_t fewest,
               std::size_t most, double least, double greatest) {
    if (values.size() < fewest || values.size() > most) {
      fail(ErrorKind::kInvalidArgument, "recipe: expected {} to {} numbers in {}{}, found {}",
           fewest, most, path_, name, values.size());
    }
    for (const std::int64_t value : values) field(name, value, least, greatest);
  }
  template <typename T>
  void part(const char* name, T& value) {
    RecipeChecker checker(fmt::format("{}{}.", path_, name));
    visit(checker, value);
  }
  template <typename T>
  void list(const char* name, std::vector<T>& values) {
    if (values.empty()) {
      fail(ErrorKind::kInvalidArgument, "recipe: expected at least one entry in {}{}, found none",
           path_, name);
    }
    optional_list(name, values);
  }
  template <typename T>
  void optional_list(const char* name, std::vector<T>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      part(fmt::format("{}[{}]", name, i).c_str(), values[i]);
    }
  }

 private:
  std::string path_;
};

}  // namespace promptdepth
