#include "promptdepth/train/gradient_step.h"

#include <gtest/gtest.h>

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
    const StepGradients a = one.step.compute(batches, 0.1, one.optimizer.parameters());
    const StepGradients b = three.step.compute(batches, 0.1, three.optimizer.parameters());
    EXPECT_EQ(a.loss.total, b.loss.total);
    for (std::size_t p = 0; p < a.gradients.size(); ++p) {
      EXPECT_TRUE(torch::equal(a.gradients[p], b.gradients[p]));
    }
    one.optimizer.update(a.gradients);
    three.optimizer.update(b.gradients);
  }
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
