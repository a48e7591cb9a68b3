#include "promptdepth/train/checkpoint.h"

#include <charconv>
#include <map>
#include <string>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/train/initial_weights.h"

namespace promptdepth {
namespace {

/// The part of a recipe that a run is bound to.
std::string identity_of(Recipe recipe) {
  recipe.steps = 1;
  recipe.validation = {};
  recipe.checkpoint_every_steps = 1;
  recipe.model.initial_weights.clear();  // Read once; it may lie elsewhere by now.
  return to_json(recipe);
}

/// As it would be written today: settings that are newer than the checkpoint have their defaults.
std::string stored_identity(const std::string& json, const std::string& where) {
  return identity_of(parse_recipe_fields(json, where));
}

template <typename T>
T metadata_number(const WeightFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  T value{};
  if (found != file.metadata().end()) {
    const std::string& text = found->second;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && value >= 0) {
      return value;
    }
  }
  fail(ErrorKind::kInvalidData, "{}: expected a number as metadata '{}' of a checkpoint, found {}",
       file.description(), key, found == file.metadata().end() ? "none" : found->second);
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Optimizer& optimizer,
                     const RunProgress& progress, const Recipe& recipe) {
  MemoryWeights state("checkpoint");
  optimizer.save_to(state);
  save_safetensors(path, state, std::nullopt,
                   {{"recipe", identity_of(recipe)},
                    {"step", fmt::format("{}", progress.step)},
                    {"best_relative_l1", fmt::format("{}", progress.best_relative_l1)}});
}

RunProgress load_checkpoint(const std::filesystem::path& path, const Recipe& recipe,
                            Optimizer& optimizer) {
  const auto file = open_safetensors(path);
  const auto stored = file->metadata().find("recipe");
  if (stored == file->metadata().end() ||
      stored_identity(stored->second, file->description()) != identity_of(recipe)) {
    fail(ErrorKind::kInvalidArgument,
         "{}: expected a checkpoint of this recipe, found one of another (start a new run, or go "
         "on with the recipe it was started with)",
         file->description());
  }
  RunProgress progress{.step = metadata_number<std::int64_t>(*file, "step"),
                       .best_relative_l1 = metadata_number<double>(*file, "best_relative_l1")};
  optimizer.restore_from(*file, progress.step);
  return progress;
}

void export_model(const std::filesystem::path& path, const WeightFile& averaged,
                  const Recipe& recipe, std::int64_t step, std::int64_t samples) {
  std::map<std::string, std::string> metadata = model_metadata(recipe.model);
  metadata.insert({{"name", recipe.name},
                   {"family", recipe.model.family},
                   {"license", "Apache-2.0"},
                   {"training_seed", fmt::format("{}", recipe.seed)},
                   {"training_steps", fmt::format("{}", step)},
                   {"training_samples", fmt::format("{}", samples)}});
  save_safetensors(path, averaged, DType::kBF16, metadata);
}

}  // namespace promptdepth
