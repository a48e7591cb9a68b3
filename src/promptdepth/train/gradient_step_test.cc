#include "promptdepth/train/gradient_step.h"

#include <gtest/gtest.h>

#include "promptdepth/network/prompting_designs.h"
#include "promptdepth/train/initial_weights.h"
#include "promptdepth/train/sample_loader.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

/// Everything that one update needs, at a tiny size.
struct Fixture {
  explicit Fixture(const Recipe& r, int threads = 1)
      : recipe(r),
        network(build_network(initial_weights(recipe.model, recipe.seed), backend)),
        optimizer(backend.parameters(), recipe.optimizer, recipe.steps),
        step(backend, *network, recipe, threads) {}

  std::vector<Batch> batches() {
    TrainingData data(recipe, {});
    std::vector<Batch> result;
    for (std::int64_t i = 0; i < recipe.micro_batches_per_step(); ++i) {
      result.push_back(training_batch(recipe, data, i));
    }
    return result;
  }

  Recipe recipe;
  TorchBackend backend{TorchOptions{.precision = Precision::kF32, .trainable = true}};
  std::unique_ptr<const Network> network;
  Optimizer optimizer;
  GradientStep step;
};

TEST(GradientStep, LowersTheLossOfAFixedBatch) {
  Recipe recipe = tiny_recipe();
  recipe.model.propagations = 0;  // The network then starts as the prompt itself.
  recipe.steps = 30;
  recipe.optimizer.learning_rate = 1e-2;
  Fixture f(recipe);
  const std::vector<Batch> batches = f.batches();
  double first = 0;
  double last = 0;
  for (int i = 0; i < 30; ++i) {
    const StepGradients step = f.step.compute(batches, 0, f.optimizer.parameters());
    f.optimizer.update(step.gradients);
    if (i == 0) first = step.loss.total;
    last = step.loss.total;
    EXPECT_NEAR(step.prompt_loss, first, 1e-9);  // The network starts as the prompt itself.
  }
  EXPECT_LT(last, 0.95 * first);
}

TEST(GradientStep, GivesTheSameBitsWhateverItsThreads) {
  Recipe recipe = tiny_recipe();
  recipe.batch = 4;
  Fixture one(recipe, 1);
  Fixture three(recipe, 3);
  const std::vector<Batch> batches = one.batches();
  for (int i = 0; i < 3; ++i) {
    const StepGradients a = one.step.compute(batches, i, one.optimizer.parameters());
    const StepGradients b = three.step.compute(batches, i, three.optimizer.parameters());
    EXPECT_EQ(a.loss.total, b.loss.total);
    for (std::size_t p = 0; p < a.gradients.size(); ++p) {
      EXPECT_TRUE(torch::equal(a.gradients[p], b.gradients[p]));
    }
    one.optimizer.update(a.gradients);
    three.optimizer.update(b.gradients);
  }
}

/// The whole published network at a tiny size, and its prompt branch, which starts at zero.
Recipe tiny_prompt_depth_anything() {
  Recipe recipe = tiny_recipe();
  recipe.model = tiny_prompt_depth_anything_model();
  recipe.frames = {{.width = 42, .height = 28}};
  recipe.validation.frame = {.width = 42, .height = 28};
  return recipe;
}

TEST(GradientStep, LeavesThePromptBranchAloneInTheStepsWithoutPrompt) {
  Recipe recipe = tiny_prompt_depth_anything();
  recipe.prompt_free_steps = 1;
  Fixture f(recipe);
  const std::vector<Batch> batches = f.batches();
  const StepGradients without = f.step.compute(batches, 0, f.optimizer.parameters());
  const StepGradients with = f.step.compute(batches, 1, f.optimizer.parameters());
  int branch = 0;
  for (std::size_t p = 0; p < with.gradients.size(); ++p) {
    const std::string& name = f.backend.parameters()[p].first;
    const bool is_branch = name.find("resConfUnit_depth") != std::string::npos;
    EXPECT_EQ(without.gradients[p].defined(), !is_branch) << name;
    EXPECT_TRUE(with.gradients[p].defined()) << name;
    branch += is_branch ? 1 : 0;
  }
  EXPECT_EQ(branch, 4 * 6);
  EXPECT_GT(without.loss.l1, 0);
  EXPECT_EQ(without.loss.gradient, 0);  // The recipe's losses without a prompt: L1 alone.
}

TEST(GradientStep, LowersTheLossOfEveryPromptingDesign) {
  for (const PromptingDesign& design : prompting_designs()) {
    Recipe recipe = tiny_prompt_depth_anything();
    recipe.model.prompting = design.name;
    recipe.steps = 12;
    recipe.optimizer.learning_rate = 3e-3;
    Fixture f(recipe);
    const std::vector<Batch> batches = f.batches();
    std::vector<double> losses;
    for (int i = 0; i < 12; ++i) {
      const StepGradients step = f.step.compute(batches, 0, f.optimizer.parameters());
      f.optimizer.update(step.gradients);
      losses.push_back(step.loss.total);
    }
    EXPECT_LT(losses.back(), 0.8 * losses.front()) << design.name;
  }
}

/// Zeros stop the gradients of what lies before them only at the start.
TEST(GradientStep, ReachesEveryParameterOfAPromptingDesign) {
  for (const PromptingDesign& design : prompting_designs()) {
    Recipe recipe = tiny_prompt_depth_anything();
    recipe.model.prompting = design.name;
    Fixture f(recipe);
    const std::vector<Batch> batches = f.batches();
    f.optimizer.update(f.step.compute(batches, 0, f.optimizer.parameters()).gradients);
    const StepGradients step = f.step.compute(batches, 1, f.optimizer.parameters());
    for (std::size_t p = 0; p < step.gradients.size(); ++p) {
      const std::string& name = f.backend.parameters()[p].first;
      ASSERT_TRUE(step.gradients[p].defined()) << name;
      EXPECT_GT(step.gradients[p].abs().max().item<float>(), 0) << name;
    }
  }
}

/// Two processes share an update: each gives its part of the mean over all samples.
TEST(GradientStep, OfTwoProcessesAddUpToThatOfOneWithTwiceTheBatch) {
  Recipe recipe = tiny_recipe();
  recipe.batch = 4;
  Fixture whole(recipe);
  const std::vector<Batch> batches = whole.batches();
  const StepGradients all = whole.step.compute(batches, 0, whole.optimizer.parameters());
  recipe.batch = 2;
  Fixture half(recipe);
  GradientStep shared(half.backend, *half.network, half.recipe, 1, /*processes=*/2);
  StepGradients sum = shared.compute({batches[0], batches[1]}, 0, half.optimizer.parameters());
  const StepGradients other =
      shared.compute({batches[2], batches[3]}, 0, half.optimizer.parameters());
  for (std::size_t p = 0; p < sum.gradients.size(); ++p) {
    const float scale = all.gradients[p].abs().max().item<float>();
    const torch::Tensor difference = sum.gradients[p] + other.gradients[p] - all.gradients[p];
    EXPECT_LE(difference.abs().max().item<float>(), 1e-5F * scale + 1e-9F);
  }
  EXPECT_NEAR(sum.loss.total + other.loss.total, all.loss.total, 1e-9);
}

TEST(GradientStep, DoesNotDependOnHowABatchIsSplit) {
  Recipe recipe = tiny_recipe();
  recipe.batch = 4;
  Fixture split(recipe);
  recipe.micro_batch = 4;
  Fixture whole(recipe);
  const StepGradients a = split.step.compute(split.batches(), 0, split.optimizer.parameters());
  const StepGradients b = whole.step.compute(whole.batches(), 0, whole.optimizer.parameters());
  EXPECT_NEAR(a.loss.total, b.loss.total, 1e-6);
  for (std::size_t p = 0; p < a.gradients.size(); ++p) {
    const float scale = b.gradients[p].abs().max().item<float>();
    EXPECT_LE((a.gradients[p] - b.gradients[p]).abs().max().item<float>(), 1e-4F * scale + 1e-7F);
  }
}

}  // namespace
}  // namespace promptdepth
