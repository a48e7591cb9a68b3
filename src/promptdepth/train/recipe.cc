#include "promptdepth/train/recipe.h"

#include <algorithm>
#include <limits>
#include <set>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/train/prompt_recipe.h"

namespace promptdepth {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMost = 1e9;

// The fields of every part, once, for reading, writing and checking. A visitor has
//   field(name, number or interval or text, least, greatest)
//   part(name, struct), list(name, vector of structs)

template <typename V>
void visit(V& v, ModelRecipe& r) {
  v.choice("family", r.family, {"compact"});
  v.numbers("channels", r.channels, 2, 8, 1, 4096);
}

template <typename V>
void visit(V& v, SceneRecipe& r) {
  v.field("width", r.options.width, 8, 8192);
  v.field("height", r.options.height, 8, 8192);
  v.field("min_fov_deg", r.options.min_fov_deg, 5, 150);
  v.field("max_fov_deg", r.options.max_fov_deg, 5, 150);
  v.option("kind", r.options.kind,
           {{"room", SceneKind::kRoom}, {"street", SceneKind::kStreet}, {"any", SceneKind::kAny}});
  v.field("window", r.window, 1, 65536);
  v.field("uses", r.uses, 1, 1000);
}

template <typename V>
void visit(V& v, FrameRecipe& r) {
  v.field("width", r.width, 8, 8192);
  v.field("height", r.height, 8, 8192);
  v.field("share", r.share, 1e-6, kMost);
}

template <typename V>
void visit(V& v, AugmentationRecipe& r) {
  v.field("resize_share", r.resize_share, 0, 1);
  v.field("flip_share", r.flip_share, 0, 1);
  v.field("turn_share", r.turn_share, 0, 1);
  v.field("grey_share", r.grey_share, 0, 1);
  v.field("brightness", r.brightness, 0, 0.9);
  v.field("contrast", r.contrast, 0, 0.9);
  v.field("saturation", r.saturation, 0, 1);
  v.field("gamma", r.gamma, 0, 2);
}

template <typename V>
void visit(V& v, OptimizerRecipe& r) {
  v.field("learning_rate", r.learning_rate, 0, 1);
  v.field("warm_up_steps", r.warm_up_steps, 0, kMost);
  v.field("decay_share", r.decay_share, 0, 1);
  v.field("beta1", r.beta1, 0, 0.999999);
  v.field("beta2", r.beta2, 0, 0.999999);
  v.field("epsilon", r.epsilon, 1e-16, 1);
  v.field("weight_decay", r.weight_decay, 0, 10);
  v.field("clip_norm", r.clip_norm, 1e-9, kMost);
  v.field("ema_decay", r.ema_decay, 0, 0.9999999);
}

template <typename V>
void visit(V& v, LossRecipe& r) {
  v.field("l1", r.l1, 0, kMost);
  v.field("gradient", r.gradient, 0, kMost);
  v.field("gradient_scales", r.gradient_scales, 1, 8);
  v.field("soft_width", r.soft_width, 0, kMost);
  v.field("soft_share", r.soft_share, 0, 1);
  v.field("truth_limit", r.truth_limit, 0.5, kMost);
  v.field("flat_range_share", r.flat_range_share, 0, 1);
}

template <typename V>
void visit(V& v, ValidationRecipe& r) {
  v.field("every_steps", r.every_steps, 1, kMost);
  v.field("frames", r.frames, 1, 100000);
  v.field("final_frames", r.final_frames, 0, 100000);
  v.part("frame", r.frame);
  v.field("pictures", r.pictures, 0, 100);
}

template <typename V>
void visit(V& v, Recipe& r) {
  v.text("name", r.name);
  v.field("seed", r.seed, 0, (1 << 22) - 1);
  v.field("steps", r.steps, 1, kMost);
  v.field("batch", r.batch, 1, 4096);
  v.field("micro_batch", r.micro_batch, 1, 4096);
  v.option("precision", r.precision, {{"f32", Precision::kF32}, {"bf16", Precision::kBF16}});
  v.part("model", r.model);
  v.list("data", r.data);
  v.part("scenes", r.scenes);
  v.list("frames", r.frames);
  v.part("prompts", r.prompts);
  v.part("augmentation", r.augmentation);
  v.part("optimizer", r.optimizer);
  v.part("loss", r.loss);
  v.part("validation", r.validation);
  v.field("checkpoint_every_steps", r.checkpoint_every_steps, 1, kMost);
}

template <typename T>
using Choices = std::vector<std::pair<const char*, T>>;

/// Fills a struct from a JSON object; at the end no key may be left over.
class Reader {
 public:
  Reader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) fail_type("", "an object", json);
  }

  template <typename T>
  void field(const char* name, T& value, double, double) {
    if (const Json* found = take(name)) value = number<T>(name, *found);
  }
  void interval(const char* name, Interval& value) {
    const Json* found = take(name);
    if (found == nullptr) return;
    if (!found->is_array() || found->size() != 2) fail_type(name, "[low, high]", *found);
    value = {number<float>(name, (*found)[0]), number<float>(name, (*found)[1])};
  }
  void text(const char* name, std::string& value) {
    const Json* found = take(name);
    if (found == nullptr) return;
    if (!found->is_string()) fail_type(name, "a text", *found);
    value = found->get<std::string>();
  }
  void optional_text(const char* name, std::string& value) { text(name, value); }
  void choice(const char* name, std::string& value, const std::vector<const char*>&) {
    text(name, value);
  }
  template <typename T>
  void option(const char* name, T& value, const Choices<T>& choices) {
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
    const Json* found = take(name);
    if (found == nullptr) return;
    if (!found->is_array()) fail_type(name, "a list of numbers", *found);
    values.clear();
    for (const Json& entry : *found) values.push_back(number<std::int64_t>(name, entry));
  }
  template <typename T>
  void part(const char* name, T& value) {
    if (const Json* found = take(name)) read(*found, fmt::format("{}{}.", path_, name), value);
  }
  template <typename T>
  void list(const char* name, std::vector<T>& values) {
    const Json* found = take(name);
    if (found == nullptr) return;
    if (!found->is_array()) fail_type(name, "a list", *found);
    values.clear();
    for (std::size_t i = 0; i < found->size(); ++i) {
      read((*found)[i], fmt::format("{}{}[{}].", path_, name, i), values.emplace_back());
    }
  }

  template <typename T>
  static void read(const Json& json, std::string path, T& value) {
    Reader reader(json, std::move(path));
    visit(reader, value);
    reader.refuse_unknown_keys();
  }

 private:
  const Json* take(const char* name) {
    known_.insert(name);
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }

  template <typename T>
  T number(const char* name, const Json& json) const {
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

  [[noreturn]] void fail_type(const char* name, const char* expected, const Json& found) const {
    fail(ErrorKind::kInvalidData, "{}{}: expected {}, found {}", path_, name, expected,
         found.dump().substr(0, 60));
  }

  const Json& json_;
  std::string path_;
  std::set<std::string> known_;
};

/// Turns a struct into a JSON object.
class Writer {
 public:
  template <typename T>
  void field(const char* name, const T& value, double, double) {
    // A float is written with the digits it needs as a float, not as the double it becomes.
    if constexpr (std::is_same_v<T, float>) {
      json_[name] = Json::parse(fmt::format("{}", value));
    } else {
      json_[name] = value;
    }
  }
  void interval(const char* name, const Interval& value) {
    json_[name] = Json::parse(fmt::format("[{}, {}]", value.low, value.high));
  }
  void text(const char* name, const std::string& value) { json_[name] = value; }
  void optional_text(const char* name, const std::string& value) { text(name, value); }
  void choice(const char* name, const std::string& value, const std::vector<const char*>&) {
    json_[name] = value;
  }
  template <typename T>
  void option(const char* name, const T& value, const Choices<T>& choices) {
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
    json_[name] = Json::array();
    for (T& value : values) json_[name].push_back(write(value));
  }

  template <typename T>
  static Json write(T& value) {
    Writer writer;
    visit(writer, value);
    return std::move(writer.json_);
  }

 private:
  Json json_ = Json::object();
};

/// Holds every field against its range.
class Checker {
 public:
  explicit Checker(std::string path) : path_(std::move(path)) {}

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
  void choice(const char* name, const std::string& value, const std::vector<const char*>& choices) {
    for (const char* known : choices) {
      if (value == known) return;
    }
    fail(ErrorKind::kInvalidArgument, "recipe: expected {}{} to be \"{}\", found \"{}\"", path_,
         name, fmt::join(choices, "\" or \""), value);
  }
  template <typename T>
  void option(const char*, const T&, const Choices<T>&) {}
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
    Checker checker(fmt::format("{}{}.", path_, name));
    visit(checker, value);
  }
  template <typename T>
  void list(const char* name, std::vector<T>& values) {
    if (values.empty()) {
      fail(ErrorKind::kInvalidArgument, "recipe: expected at least one entry in {}{}, found none",
           path_, name);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      part(fmt::format("{}[{}]", name, i).c_str(), values[i]);
    }
  }

 private:
  std::string path_;
};

void require_frame_within_scene(const FrameRecipe& frame, const SceneOptions& scene,
                                const char* name) {
  if (frame.width <= scene.width && frame.height <= scene.height) return;
  fail(ErrorKind::kInvalidArgument,
       "recipe: expected {} no larger than the scenes' {}×{} pixels, found {}×{}", name,
       scene.width, scene.height, frame.width, frame.height);
}

}  // namespace

void Recipe::validate() const {
  Recipe copy = *this;
  Checker checker("");
  visit(checker, copy);
  if (batch % micro_batch != 0) {
    fail(ErrorKind::kInvalidArgument,
         "recipe: expected a micro_batch that divides batch = {}, found {}", batch, micro_batch);
  }
  const bool renders = std::any_of(data.begin(), data.end(), [](const DataRecipe& set) {
    return set.kind == DataKind::kProcedural;
  });
  for (const FrameRecipe& frame : frames) {
    if (renders) require_frame_within_scene(frame, scenes.options, "frames");
  }
  require_frame_within_scene(validation.frame, scenes.options, "validation.frame");
  validate_data(data);
  scenes.options.validate();
  prompts.validate();
}

Recipe parse_recipe(std::string_view json, std::string_view where) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) {
    fail(ErrorKind::kInvalidData, "{}: expected a recipe in JSON, found something else", where);
  }
  Recipe recipe;
  Reader::read(parsed, fmt::format("{}: ", where), recipe);
  recipe.validate();
  return recipe;
}

Recipe read_recipe(const std::filesystem::path& path) {
  return parse_recipe(read_text_file(path, std::size_t{1} << 20), path.string());
}

std::string to_json(const Recipe& recipe) {
  Recipe copy = recipe;
  return Writer::write(copy).dump(2) + "\n";
}

}  // namespace promptdepth
