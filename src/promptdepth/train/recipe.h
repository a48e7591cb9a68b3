#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/prompt/simulation_mix.h"
#include "promptdepth/scene/scene.h"
#include "promptdepth/train/data_recipe.h"

namespace promptdepth {

/// Which network is trained from nothing.
struct ModelRecipe {
  std::string family = "compact";
  std::vector<std::int64_t> channels = {32, 64, 96, 128, 160};  ///< Per level, finest first.
};

/// Procedural scenes, rendered as training goes. Their sample number i is cut from one of the last
/// `window` scenes of i / uses, so that each is seen `uses` times on average (with other crops,
/// prompts and colours) and rendering keeps up with training.
struct SceneRecipe {
  SceneOptions options = {.width = 336, .height = 252};
  std::int64_t window = 384;  ///< Scenes held in memory, 1 to 65,536.
  std::int64_t uses = 6;      ///< 1 to 1,000.
};

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

/// AdamW with decoupled weight decay on weights (not on biases), an exponential moving average of
/// the parameters, and a rate that warms up linearly, stays, and falls linearly to 0 at the end.
struct OptimizerRecipe {
  double learning_rate = 5e-4;
  std::int64_t warm_up_steps = 100;
  double decay_share = 0.25;  ///< Of the steps, at the end, in which the rate falls.
  double beta1 = 0.9;
  double beta2 = 0.98;
  double epsilon = 1e-8;
  double weight_decay = 0.05;
  double clip_norm = 1;      ///< Greatest norm of the gradient of all parameters together.
  double ema_decay = 0.998;  ///< Less in the first steps: min(this, (1 + step)/(10 + step)).
};

/// The weights of the losses (spec 5), all in the prompt's normalised space.
struct LossRecipe {
  double l1 = 1;
  double gradient = 0.5;
  /// Errors below this count by their square; it falls linearly to 0 over soft_share of the steps.
  /// What edges do to an upsampled prompt is zero in the median, and a loss that looks for medians
  /// alone is slow to leave it.
  double soft_width = 0.2;
  double soft_share = 0.4;
  int gradient_scales = 4;  ///< Strides 1, 2, 4, ...; 1 to 8.
  /// Pixels whose normalised truth is farther than this from 0.5 are left out: what the prompt's
  /// range does not reach by far cannot be learnt.
  double truth_limit = 2;
  /// A prompt whose range is a smaller share of its greatest depth than this counts less in
  /// proportion, as the normalised space of a flat wall shows little but noise.
  double flat_range_share = 0.2;
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
  std::uint64_t seed = 1;        ///< Below 2^22.
  std::int64_t steps = 10000;    ///< Updates of the parameters.
  std::int64_t batch = 8;        ///< Samples per update.
  std::int64_t micro_batch = 4;  ///< Samples per pass of one thread; divides `batch`.
  Precision precision = Precision::kBF16;
  ModelRecipe model = {};
  std::vector<DataRecipe> data = {{}};  ///< The mixture that samples are drawn from.
  SceneRecipe scenes = {};
  std::vector<FrameRecipe> frames = {{}};
  SimulationMix prompts = {};
  AugmentationRecipe augmentation = {};
  OptimizerRecipe optimizer = {};
  LossRecipe loss = {};
  ValidationRecipe validation = {};
  std::int64_t checkpoint_every_steps = 250;

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
  std::int64_t micro_batches_per_step() const { return batch / micro_batch; }
};

/// Reads a recipe from JSON; what is not mentioned keeps its default. Throws Error(kInvalidData) on
/// text that is no JSON, unknown keys and values of the wrong type, by name, and what validate()
/// throws. `where` says in messages where the text is from.
Recipe parse_recipe(std::string_view json, std::string_view where);
Recipe read_recipe(const std::filesystem::path& path);

/// The recipe with every field, as JSON that parse_recipe reads back to the same recipe.
std::string to_json(const Recipe& recipe);

}  // namespace promptdepth
