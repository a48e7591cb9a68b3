#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/prompt/simulation_mix.h"
#include "promptdepth/train/data_recipe.h"
#include "promptdepth/train/loss_recipe.h"
#include "promptdepth/train/model_recipe.h"
#include "promptdepth/train/optimizer_recipe.h"
#include "promptdepth/train/scene_recipe.h"

namespace promptdepth {

/// One size of training frames; all samples of a micro-batch have one.
struct FrameRecipe {
  int width = 224;  ///< Pixels; at most the scene's.
  int height = 168;
  float share = 1;  ///< Relative frequency, above 0.
};

/// How one rendered scene becomes many samples.
struct AugmentationRecipe {
  float resize_share = 0.5F;  ///< Of the samples are cut out larger than the frame and shrunk.
  float flip_share = 0.5F;    ///< Are mirrored left to right.
  float turn_share = 0.1F;    ///< Are turned by a quarter: a phone held upright.
  float grey_share = 0.15F;   ///< Have no colour.
  float brightness = 0.25F;   ///< Greatest relative change of each, uniform.
  float contrast = 0.25F;
  float saturation = 0.4F;
  float gamma = 0.3F;  ///< Greatest change of the logarithm of the exponent.
};

struct ValidationRecipe {
  std::int64_t every_steps = 500;
  std::int64_t frames = 48;        ///< Per validation, spread over the prompt kinds.
  std::int64_t final_frames = 50;  ///< Per prompt kind, after the last step.
  FrameRecipe frame = {};          ///< `share` is not used.
  int pictures = 4;                ///< Frames shown in the report.
};

/// One training run, complete: the same recipe gives the same model.
struct Recipe {
  std::string name = "promptdepth-compact";
  std::uint64_t seed = 1;      ///< Below 2^22.
  std::int64_t steps = 10000;  ///< Updates of the parameters.
  /// Of these, the first ones in which the network is not given the prompt: what a pre-trained
  /// model needs to learn the prompt's normalised space (spec 6). Not for the compact model.
  std::int64_t prompt_free_steps = 0;
  std::int64_t batch = 8;        ///< Samples per update and process.
  std::int64_t micro_batch = 4;  ///< Samples per pass of one thread; divides `batch`.
  Precision precision = Precision::kBF16;
  ModelRecipe model = {};
  std::vector<DataRecipe> data = {{}};  ///< The mixture that samples are drawn from.
  SceneRecipe scenes = {};
  std::vector<FrameRecipe> frames = {{}};
  SimulationMix prompts = {};  ///< Of everything but rendered streets.
  AugmentationRecipe augmentation = {};
  OptimizerRecipe optimizer = {};
  LossRecipe loss = {};
  ValidationRecipe validation = {};
  std::int64_t checkpoint_every_steps = 250;

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
  std::int64_t micro_batches_per_step() const { return batch / micro_batch; }
  SimulationMix prompts_at(PromptPlace place) const {
    return place == PromptPlace::kIndoors ? prompts : scenes.street_sensors.mix(prompts);
  }
};

/// Reads a recipe from JSON; what is not mentioned keeps its default. Throws Error(kInvalidData) on
/// text that is no JSON, unknown keys and values of the wrong type, by name, and what validate()
/// throws. `where` says in messages where the text is from.
Recipe parse_recipe(std::string_view json, std::string_view where);
/// The same without what validate() checks.
Recipe parse_recipe_fields(std::string_view json, std::string_view where);
Recipe read_recipe(const std::filesystem::path& path);

/// The recipe with every field, as JSON that parse_recipe reads back to the same recipe.
std::string to_json(const Recipe& recipe);

}  // namespace promptdepth
