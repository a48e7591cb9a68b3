#include "promptdepth/train/checkpoint.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

std::filesystem::path temporary(const char* name) {
  return std::filesystem::path(::testing::TempDir()) / name;
}

Parameters some_parameters(std::uint64_t seed) {
  torch::manual_seed(seed);
  return {{"x.weight", torch::randn({3, 2}).requires_grad_()},
          {"x.bias", torch::randn({3}).requires_grad_()}};
}

TEST(Checkpoint, BringsBackEverythingAnUpdateNeeds) {
  const Recipe recipe = tiny_recipe();
  const Parameters before = some_parameters(1);
  Optimizer first(before, recipe.optimizer, recipe.steps);
  first.update({torch::ones({3, 2}), torch::ones({3})});
  const auto path = temporary("checkpoint.safetensors");
  save_checkpoint(path, first, {.step = 1, .best_relative_l1 = 0.125}, recipe);

  const Parameters after = some_parameters(2);
  Optimizer second(after, recipe.optimizer, recipe.steps);
  const RunProgress progress = load_checkpoint(path, recipe, second);
  EXPECT_EQ(progress.step, 1);
  EXPECT_EQ(progress.best_relative_l1, 0.125);
  EXPECT_EQ(second.step(), 1);
  for (Optimizer* optimizer : {&first, &second}) {
    optimizer->update({torch::full({3, 2}, 0.3F), torch::full({3}, -0.2F)});
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(torch::equal(before[i].second, after[i].second));
  }
  EXPECT_EQ(first.averaged_weights().read("x.bias").to_floats(),
            second.averaged_weights().read("x.bias").to_floats());
}

TEST(Checkpoint, BelongsToItsRecipeButMayGoOnForMoreSteps) {
  Recipe recipe = tiny_recipe();
  Optimizer optimizer(some_parameters(1), recipe.optimizer, recipe.steps);
  const auto path = temporary("other.safetensors");
  save_checkpoint(path, optimizer, {}, recipe);
  recipe.steps *= 2;
  EXPECT_NO_THROW(load_checkpoint(path, recipe, optimizer));
  recipe.optimizer.beta1 = 0.5;
  EXPECT_THROW(load_checkpoint(path, recipe, optimizer), Error);
}

/// Written before recipes had that setting.
TEST(Checkpoint, MayLackASettingThatHasItsDefault) {
  Recipe recipe = tiny_recipe();
  Optimizer optimizer(some_parameters(1), recipe.optimizer, recipe.steps);
  const auto path = temporary("new.safetensors");
  save_checkpoint(path, optimizer, {}, recipe);
  const auto file = open_safetensors(path);
  MemoryWeights state;
  for (const TensorInfo& tensor : file->tensors()) state.add(tensor.name, file->read(tensor.name));
  auto metadata = file->metadata();
  const std::string setting = "\"prompting\": \"fusion\",";
  ASSERT_NE(metadata["recipe"].find(setting), std::string::npos);
  metadata["recipe"].erase(metadata["recipe"].find(setting), setting.size());
  const auto old = temporary("old.safetensors");
  save_safetensors(old, state, std::nullopt, metadata);
  EXPECT_NO_THROW(load_checkpoint(old, recipe, optimizer));
  recipe.model.prompting = "adaln";
  EXPECT_THROW(load_checkpoint(old, recipe, optimizer), Error);
}

TEST(Checkpoint, OfAnotherNetworkIsRefused) {
  const Recipe recipe = tiny_recipe();
  Optimizer optimizer(some_parameters(1), recipe.optimizer, recipe.steps);
  const auto path = temporary("shape.safetensors");
  save_checkpoint(path, optimizer, {}, recipe);
  Optimizer other({{"x.weight", torch::zeros({3, 4}).requires_grad_()}}, recipe.optimizer, 1);
  EXPECT_THROW(load_checkpoint(path, recipe, other), Error);
}

TEST(Checkpoint, ExportsRoundedAveragesWithTheirOrigin) {
  const Recipe recipe = tiny_recipe();
  Optimizer optimizer(some_parameters(1), recipe.optimizer, recipe.steps);
  const auto path = temporary("model.safetensors");
  export_model(path, optimizer.averaged_weights(), recipe, 12, 24);
  const auto model = open_safetensors(path);
  EXPECT_EQ(model->metadata().at("license"), "Apache-2.0");
  EXPECT_EQ(model->metadata().at("training_samples"), "24");
  EXPECT_EQ(model->find("x.weight")->dtype, DType::kBF16);
}

TEST(Checkpoint, ExportsWhatTheTensorsDoNotTell) {
  Recipe recipe = tiny_recipe();
  recipe.model = tiny_prompt_depth_anything_model();
  recipe.model.prompting = "none";
  recipe.model.depth_range_m = 12.5F;
  Optimizer optimizer(some_parameters(1), recipe.optimizer, recipe.steps);
  const auto path = temporary("none.safetensors");
  export_model(path, optimizer.averaged_weights(), recipe, 1, 1);
  const auto model = open_safetensors(path);
  EXPECT_EQ(model->metadata().at("prompting"), "none");
  EXPECT_EQ(model->metadata().at("depth_range_m"), "12.5");
}

}  // namespace
}  // namespace promptdepth
