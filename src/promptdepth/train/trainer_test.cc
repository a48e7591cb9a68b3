#include "promptdepth/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/network/network.h"
#include "promptdepth/network/prompting_designs.h"
#include "promptdepth/prompt/prompt_kinds.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/train/run_record.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

std::filesystem::path new_folder(const char* name) {
  const auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::filesystem::remove_all(path);
  return path;
}

/// A stop after this many updates.
std::function<bool()> stop_after(int updates) {
  return [left = updates]() mutable { return --left <= 0; };
}

std::vector<double> losses_in(const std::filesystem::path& folder) {
  const RunRecord record(folder / "metrics.jsonl", 1000000);
  std::vector<double> losses;
  for (const StepRecord& step : record.steps()) {
    losses.push_back(step.loss.total);
  }
  return losses;
}

std::vector<std::byte> bytes_of(const std::filesystem::path& model) {
  const auto file = open_safetensors(model);
  std::vector<std::byte> bytes;
  for (const TensorInfo& tensor : file->tensors()) {
    const HostTensor values = file->read(tensor.name);
    bytes.insert(bytes.end(), values.bytes().begin(), values.bytes().end());
  }
  return bytes;
}

TEST(Trainer, EndsInTheSameBitsWhenItWasInterrupted) {
  const Recipe recipe = tiny_recipe();
  const auto straight = new_folder("straight");
  const TrainResult result = train(recipe, {.run_folder = straight});
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.final_validation.kinds.size(), prompt_kinds().size());

  const auto interrupted = new_folder("interrupted");
  const TrainResult first = train(recipe, {.run_folder = interrupted, .stop = stop_after(3)});
  EXPECT_FALSE(first.finished);
  EXPECT_EQ(first.steps, 3);
  train(recipe, {.run_folder = interrupted, .resume = true, .threads = 2, .loader_threads = 2});
  EXPECT_EQ(losses_in(interrupted), losses_in(straight));
  EXPECT_EQ(bytes_of(interrupted / "last.safetensors"), bytes_of(straight / "last.safetensors"));
}

/// As after kill -9 between two checkpoints: the lines of lost updates are dropped and made again.
TEST(Trainer, RepeatsWhatWasLostSinceTheLastCheckpoint) {
  Recipe recipe = tiny_recipe();
  recipe.validation.final_frames = 0;
  const auto straight = new_folder("whole");
  train(recipe, {.run_folder = straight});
  const auto killed = new_folder("killed");
  train(recipe, {.run_folder = killed, .stop = stop_after(2)});
  RunRecord(killed / "metrics.jsonl", 2).add(StepRecord{.step = 3, .loss = {.total = 123}});
  train(recipe, {.run_folder = killed, .resume = true});
  EXPECT_EQ(losses_in(killed), losses_in(straight));
}

TEST(Trainer, DoesNotOverwriteARun) {
  Recipe recipe = tiny_recipe();
  recipe.steps = 1;
  recipe.validation.final_frames = 0;
  const auto folder = new_folder("twice");
  train(recipe, {.run_folder = folder});
  EXPECT_THROW(train(recipe, {.run_folder = folder}), Error);
}

/// Both phases, and a run that was cut off in the first.
TEST(Trainer, TrainsPromptDepthAnythingWithoutAndThenWithItsPrompt) {
  Recipe recipe = tiny_recipe();
  recipe.model = tiny_prompt_depth_anything_model();
  recipe.frames = {{.width = 42, .height = 28}};
  recipe.validation.frame = {.width = 42, .height = 28};
  recipe.validation.final_frames = 0;
  recipe.steps = 4;
  recipe.prompt_free_steps = 2;
  recipe.checkpoint_every_steps = 1;
  const auto straight = new_folder("phases");
  EXPECT_TRUE(train(recipe, {.run_folder = straight}).finished);
  const auto interrupted = new_folder("phases_interrupted");
  train(recipe, {.run_folder = interrupted, .stop = stop_after(1)});
  train(recipe, {.run_folder = interrupted, .resume = true});
  EXPECT_EQ(bytes_of(interrupted / "last.safetensors"), bytes_of(straight / "last.safetensors"));
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const auto network = build_network(*open_safetensors(straight / "best.safetensors"), *backend);
  EXPECT_EQ(network->info().family, "prompt-depth-anything");
}

/// With every design, a foundation model from an earlier run, and metres instead of the prompt's
/// range.
TEST(Trainer, TrainsEveryPromptingDesignFromAFoundationModel) {
  Recipe recipe = tiny_recipe();
  recipe.model = tiny_prompt_depth_anything_model();
  recipe.model.prompting = "none";
  recipe.model.depth_range_m = 12;
  recipe.frames = {{.width = 42, .height = 28}};
  recipe.validation.frame = {.width = 42, .height = 28};
  recipe.validation.final_frames = 0;
  recipe.steps = 2;
  const auto foundation = new_folder("foundation");
  train(recipe, {.run_folder = foundation});
  const Estimator monocular = Estimator::load(foundation / "last.safetensors");
  EXPECT_EQ(monocular.model().depth_range_m, 12);

  recipe.model.initial_weights = (foundation / "last.safetensors").string();
  recipe.model.depth_range_m = 0;
  for (const PromptingDesign& design : prompting_designs()) {
    recipe.model.prompting = design.name;
    const auto folder = new_folder("design");
    EXPECT_TRUE(train(recipe, {.run_folder = folder}).finished) << design.name;
    const Estimator estimator = Estimator::load(folder / "last.safetensors");
    EXPECT_EQ(estimator.model().prompting, design.name);
    EXPECT_EQ(estimator.model().depth_range_m, 0);
  }
}

/// Looked at from within the run, before its first validation.
TEST(Trainer, RefreshesItsPageBetweenValidations) {
  Recipe recipe = tiny_recipe();
  recipe.validation.every_steps = 1000;
  const auto folder = new_folder("page");
  std::vector<std::string> pages;
  const auto stop = [&] {
    const auto page = folder / "report.html";
    pages.push_back(std::filesystem::exists(page) ? read_text_file(page) : "");
    return pages.size() == 3;
  };
  train(recipe, {.run_folder = folder, .report_age = std::chrono::seconds(0), .stop = stop});
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[0], "");
  EXPECT_THAT(pages[1], HasSubstr("Step 1 of 6"));
  EXPECT_THAT(pages[2], HasSubstr("Step 2 of 6"));
  EXPECT_THAT(read_text_file(folder / "report.html"), HasSubstr("Step 3 of 6"));
}

TEST(Trainer, ShowsTheLastModelAgainWhenItIsResumed) {
  const Recipe recipe = tiny_recipe();
  const auto folder = new_folder("page_again");
  train(recipe, {.run_folder = folder, .stop = stop_after(3)});  // Validated in update 3.
  std::filesystem::remove(folder / "report.html");
  std::string page;
  const auto stop = [&] {
    page = read_text_file(folder / "report.html");
    return true;
  };
  train(recipe, {.run_folder = folder, .resume = true, .stop = stop});
  EXPECT_THAT(page, HasSubstr("data:image/png"));
}

TEST(Trainer, ExportsAModelThatLoadsAnywhere) {
  Recipe recipe = tiny_recipe();
  recipe.steps = 3;
  recipe.validation.final_frames = 0;
  const auto folder = new_folder("export");
  train(recipe, {.run_folder = folder});
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const auto network = build_network(*open_safetensors(folder / "best.safetensors"), *backend);
  EXPECT_EQ(network->info().family, "compact");
  for (const char* file : {"recipe.json", "report.html", "checkpoint.safetensors"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / file)) << file;
  }
}

}  // namespace
}  // namespace promptdepth
