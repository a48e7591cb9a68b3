#include "promptdepth/train/recipe.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/network/prompting_designs.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string message_of(std::string_view json) {
  try {
    parse_recipe(json, "test.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Recipe, IsTheSameAfterWritingAndReading) {
  Recipe recipe;
  recipe.name = "other";
  recipe.seed = 77;
  recipe.precision = Precision::kF32;
  recipe.model.channels = {8, 12, 16};
  recipe.frames = {{.width = 64, .height = 48, .share = 0.3F}, {.width = 96, .height = 64}};
  recipe.prompts.noise = {0.002F, 0.0071F};
  recipe.scenes.options.kind = SceneKind::kStreet;
  recipe.optimizer.learning_rate = 1.25e-4;
  recipe.optimizer.schedule = Schedule::kCosine;
  recipe.loss.weights.silog = 0.5;
  recipe.loss.per_data = {
      {.data = "procedural",
       .weights = {.l1 = 2, .gradient_truth = GradientTruth::kPseudo, .gradient_matching = 0.5}}};
  recipe.model.initial_weights = "some.pth";
  const std::string json = to_json(recipe);
  const Recipe read = parse_recipe(json, "test.json");
  EXPECT_EQ(to_json(read), json);
  EXPECT_EQ(read.prompts.noise.high, recipe.prompts.noise.high);
  EXPECT_EQ(read.scenes.options.kind, SceneKind::kStreet);
  EXPECT_EQ(read.precision, Precision::kF32);
  EXPECT_EQ(read.optimizer.schedule, Schedule::kCosine);
  EXPECT_EQ(read.loss.weights_of("procedural").l1, 2);
  EXPECT_EQ(read.loss.weights_of("procedural").gradient_truth, GradientTruth::kPseudo);
  EXPECT_EQ(read.loss.weights_of("another").silog, 0.5);
  EXPECT_EQ(read.model.initial_weights, "some.pth");
}

TEST(Recipe, KeepsDefaultsOfWhatItDoesNotMention) {
  const Recipe recipe = parse_recipe(R"({"optimizer": {"beta2": 0.9}})", "test.json");
  EXPECT_EQ(recipe.optimizer.beta2, 0.9);
  EXPECT_EQ(recipe.optimizer.beta1, OptimizerRecipe{}.beta1);
  EXPECT_EQ(recipe.steps, Recipe{}.steps);
}

TEST(Recipe, NamesTheFieldItsValueAndItsRange) {
  EXPECT_THAT(message_of(R"({"optimizer": {"learning_rate": 7}})"),
              AllOf(HasSubstr("optimizer.learning_rate"), HasSubstr("7"), HasSubstr("between")));
  EXPECT_THAT(message_of(R"({"frames": [{"width": 2}]})"),
              AllOf(HasSubstr("frames[0].width"), HasSubstr("2")));
  EXPECT_THAT(message_of(R"({"model": {"family": "vitl"}})"),
              AllOf(HasSubstr("model.family"), HasSubstr("vitl"), HasSubstr("compact")));
  EXPECT_THAT(message_of(R"({"batch": 8, "micro_batch": 3})"),
              AllOf(HasSubstr("micro_batch"), HasSubstr("8"), HasSubstr("3")));
  EXPECT_THAT(message_of(R"({"frames": [{"width": 400, "height": 168}]})"),
              AllOf(HasSubstr("frames"), HasSubstr("400")));
  EXPECT_THAT(message_of(R"({"prompts": {"noise": [0.5, 0.1]}})"), HasSubstr("noise"));
  EXPECT_THAT(message_of(R"({"prompt_free_steps": 5})"),
              AllOf(HasSubstr("prompt_free_steps"), HasSubstr("compact")));
  EXPECT_THAT(message_of(R"({"model": {"family": "prompt_depth_anything"},
                             "frames": [{"width": 224, "height": 160}]})"),
              AllOf(HasSubstr("multiples of 14"), HasSubstr("160")));
  EXPECT_THAT(message_of(R"({"model": {"prompting": "telepathy"}})"),
              AllOf(HasSubstr("model.prompting"), HasSubstr("telepathy"), HasSubstr("adaln")));
  EXPECT_THAT(message_of(R"({"model": {"prompting": "adaln"}})"),
              AllOf(HasSubstr("model.prompting"), HasSubstr("compact")));
  EXPECT_THAT(message_of(R"({"model": {"depth_range_m": 20}})"),
              AllOf(HasSubstr("model.depth_range_m"), HasSubstr("20"), HasSubstr("compact")));
  EXPECT_THAT(message_of(R"({"model": {"width": 96}})"),
              AllOf(HasSubstr("model.width"), HasSubstr("96")));
  EXPECT_THAT(message_of(R"({"loss": {"per_data": [{"data": "nowhere"}]}})"),
              AllOf(HasSubstr("loss.per_data"), HasSubstr("nowhere")));
  EXPECT_THAT(message_of(R"({"loss": {"gradient_truth": "guessed"}})"),
              AllOf(HasSubstr("annotated"), HasSubstr("guessed")));
}

TEST(Recipe, TakesEveryPromptingDesign) {
  for (const PromptingDesign& design : prompting_designs()) {
    Recipe recipe = tiny_recipe();
    recipe.model = tiny_prompt_depth_anything_model();
    recipe.model.prompting = design.name;
    recipe.model.depth_range_m = 12.5F;
    recipe.frames = {{.width = 42, .height = 28}};
    recipe.validation.frame = {.width = 42, .height = 28};
    const Recipe read = parse_recipe(to_json(recipe), "test.json");
    EXPECT_EQ(read.model.prompting, design.name);
    EXPECT_EQ(read.model.depth_range_m, 12.5F);
  }
}

TEST(Recipe, RefusesUnknownKeysAndWrongTypesByName) {
  EXPECT_THAT(message_of(R"({"optimizer": {"learnig_rate": 1}})"),
              HasSubstr("test.json: optimizer.learnig_rate: no such setting"));
  EXPECT_THAT(message_of(R"({"steps": "many"})"),
              AllOf(HasSubstr("steps"), HasSubstr("a number"), HasSubstr("many")));
  EXPECT_THAT(message_of(R"({"steps": 1.5})"), HasSubstr("a whole number"));
  EXPECT_THAT(message_of(R"({"steps": 1e300})"), HasSubstr("a whole number"));
  EXPECT_THAT(message_of(R"({"seed": -1})"), HasSubstr("seed"));
  EXPECT_THAT(message_of(R"({"precision": "f64"})"), AllOf(HasSubstr("bf16"), HasSubstr("f64")));
  EXPECT_THAT(message_of(R"({"prompts": {"noise": 3}})"), HasSubstr("[low, high]"));
  EXPECT_THAT(message_of(R"({"model": []})"), HasSubstr("an object"));
  EXPECT_THAT(message_of("{"), HasSubstr("JSON"));
}

TEST(Recipe, OfThePaperIsValid) {
  for (const char* size : {"vitl", "vits"}) {
    const Recipe recipe = read_recipe(
        fmt::format("{}/models/prompt-depth-anything-{}.json", PROMPTDEPTH_SOURCE_DIR, size));
    EXPECT_EQ(recipe.model.size, size);
    EXPECT_DOUBLE_EQ(recipe.optimizer.learning_rate * recipe.optimizer.encoder_rate_factor, 5e-6);
    EXPECT_EQ(recipe.loss.weights_of("arkitscenes").gradient, 0);
    EXPECT_EQ(recipe.loss.weights_of("scannetpp").gradient_truth, GradientTruth::kPseudo);
  }
}

TEST(Recipe, OfTheDefaultModelIsValid) {
  EXPECT_NO_THROW(read_recipe(PROMPTDEPTH_SOURCE_DIR "/models/promptdepth-compact.json"));
}

}  // namespace
}  // namespace promptdepth
