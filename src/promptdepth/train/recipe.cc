#include "promptdepth/train/recipe.h"

#include <algorithm>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/train/prompt_recipe.h"
#include "promptdepth/train/recipe_fields.h"

namespace promptdepth {

constexpr double kMost = 1e9;

// The fields of the parts in recipe.h; see recipe_fields.h.

template <typename V>
void visit(V& v, StreetSensors& r) {
  v.field("sparse_share", r.sparse_share, 0, 1);
  v.field("downsampled_share", r.downsampled_share, 0, 1);
  v.field("time_of_flight_share", r.time_of_flight_share, 0, 1);
  v.field("spinning_share", r.spinning_share, 0, 1);
  v.field("structure_from_motion_share", r.structure_from_motion_share, 0, 1);
}

template <typename V>
void visit(V& v, SceneRecipe& r) {
  v.field("width", r.options.width, 8, 8192);
  v.field("height", r.options.height, 8, 8192);
  v.field("min_fov_deg", r.options.min_fov_deg, 5, 150);
  v.field("max_fov_deg", r.options.max_fov_deg, 5, 150);
  v.option("kind", r.options.kind,
           {{"room", SceneKind::kRoom}, {"street", SceneKind::kStreet}, {"any", SceneKind::kAny}});
  v.field("street_share", r.street_share, 0, 1);
  v.part("street_sensors", r.street_sensors);
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
  v.field("prompt_free_steps", r.prompt_free_steps, 0, kMost);
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

namespace {

void require_frame_within_scene(const FrameRecipe& frame, const SceneOptions& scene,
                                const char* name) {
  if (frame.width <= scene.width && frame.height <= scene.height) return;
  fail(ErrorKind::kInvalidArgument,
       "recipe: expected {} no larger than the scenes' {}×{} pixels, found {}×{}", name,
       scene.width, scene.height, frame.width, frame.height);
}

void require_frame_multiple(const FrameRecipe& frame, int multiple, const char* name) {
  if (frame.width % multiple == 0 && frame.height % multiple == 0) return;
  fail(ErrorKind::kInvalidArgument,
       "recipe: expected {} with sides that are multiples of {} pixels, as the model takes them, "
       "found {}×{}",
       name, multiple, frame.width, frame.height);
}

void validate_model(const ModelRecipe& model) {
  if (model.width % 64 != 0 || model.features % 2 != 0) {
    fail(ErrorKind::kInvalidArgument,
         "recipe: expected model.width to be a multiple of 64 and model.features to be even, found "
         "{} and {}",
         model.width, model.features);
  }
  if (model.is_compact() && (model.prompting != "fusion" || model.depth_range_m > 0)) {
    fail(ErrorKind::kInvalidArgument,
         "recipe: expected model.prompting \"{}\" and model.depth_range_m {} with model.family "
         "\"prompt_depth_anything\", found it \"compact\"",
         model.prompting, model.depth_range_m);
  }
}

void validate_prompt_free_steps(const Recipe& recipe) {
  const std::int64_t most = recipe.model.is_compact() ? 0 : recipe.steps;
  if (recipe.prompt_free_steps <= most) return;
  fail(ErrorKind::kInvalidArgument,
       "recipe: expected prompt_free_steps of at most {} ({}), found {}", most,
       recipe.model.is_compact() ? "the compact model always has a prompt" : "steps",
       recipe.prompt_free_steps);
}

void validate_street_sensors(const StreetSensors& sensors) {
  const float sum = sensors.sparse_share + sensors.downsampled_share +
                    sensors.time_of_flight_share + sensors.spinning_share +
                    sensors.structure_from_motion_share;
  if (sum <= 1 + kShareRounding) return;
  fail(ErrorKind::kInvalidArgument,
       "recipe: expected the shares in scenes.street_sensors to sum up to at most 1, found {}",
       sum);
}

void validate_losses(const Recipe& recipe) {
  for (const DataLossRecipe& loss : recipe.loss.per_data) {
    const bool known = std::any_of(recipe.data.begin(), recipe.data.end(),
                                   [&](const DataRecipe& set) { return set.label() == loss.data; });
    if (known) continue;
    fail(ErrorKind::kInvalidArgument,
         "recipe: expected loss.per_data to name data sets of this recipe, found \"{}\"",
         loss.data);
  }
}

}  // namespace

void Recipe::validate() const {
  Recipe copy = *this;
  RecipeChecker checker("");
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
    require_frame_multiple(frame, model.size_multiple(), "frames");
  }
  require_frame_within_scene(validation.frame, scenes.options, "validation.frame");
  require_frame_multiple(validation.frame, model.size_multiple(), "validation.frame");
  validate_model(model);
  validate_prompt_free_steps(*this);
  validate_data(data);
  validate_losses(*this);
  scenes.options.validate();
  validate_street_sensors(scenes.street_sensors);
  prompts.validate();
}

Recipe parse_recipe(std::string_view json, std::string_view where) {
  Recipe recipe = parse_recipe_fields(json, where);
  recipe.validate();
  return recipe;
}

Recipe parse_recipe_fields(std::string_view json, std::string_view where) {
  const RecipeJson parsed = RecipeJson::parse(json, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) {
    fail(ErrorKind::kInvalidData, "{}: expected a recipe in JSON, found something else", where);
  }
  Recipe recipe;
  RecipeReader::read(parsed, fmt::format("{}: ", where), recipe);
  return recipe;
}

Recipe read_recipe(const std::filesystem::path& path) {
  return parse_recipe(read_text_file(path, std::size_t{1} << 20), path.string());
}

std::string to_json(const Recipe& recipe) {
  Recipe copy = recipe;
  return RecipeWriter::write(copy).dump(2) + "\n";
}

}  // namespace promptdepth
