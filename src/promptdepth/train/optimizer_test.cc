#include "promptdepth/train/optimizer.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

OptimizerRecipe plain() {
  OptimizerRecipe recipe;
  recipe.learning_rate = 0.1;
  recipe.warm_up_steps = 0;
  recipe.decay_share = 0;
  recipe.clip_norm = 1e9;
  return recipe;
}

Parameters one_weight_and_one_bias() {
  return {{"a.weight", torch::full({1, 1}, 2.0F).requires_grad_()},
          {"a.bias", torch::full({1}, 2.0F).requires_grad_()}};
}

/// Adam's first step is the rate times the gradient's sign, whatever its size.
TEST(Optimizer, TakesAdamsFirstStepAndDecaysWeightsButNotBiases) {
  OptimizerRecipe recipe = plain();
  recipe.weight_decay = 0.5;
  const Parameters parameters = one_weight_and_one_bias();
  Optimizer optimizer(parameters, recipe, 10);
  const double norm = optimizer.update({torch::full({1, 1}, 3.0F), torch::full({1}, -4.0F)});
  EXPECT_NEAR(norm, 5, 1e-6);
  EXPECT_NEAR(parameters[0].second.item<float>(), 2 * (1 - 0.1 * 0.5) - 0.1, 1e-6);
  EXPECT_NEAR(parameters[1].second.item<float>(), 2 + 0.1, 1e-6);
}

TEST(Optimizer, AgreesWithLibTorchsAdamW) {
  OptimizerRecipe recipe = plain();
  recipe.weight_decay = 0.05;
  torch::manual_seed(1);
  const torch::Tensor start = torch::randn({4, 5});
  const Parameters parameters = {{"w.weight", start.clone().requires_grad_()}};
  Optimizer optimizer(parameters, recipe, 10);

  torch::Tensor theirs = start.clone().requires_grad_();
  torch::optim::AdamW reference({theirs}, torch::optim::AdamWOptions(0.1)
                                              .betas({recipe.beta1, recipe.beta2})
                                              .eps(recipe.epsilon)
                                              .weight_decay(recipe.weight_decay));
  for (int i = 0; i < 5; ++i) {
    const torch::Tensor gradient = torch::randn({4, 5});
    theirs.mutable_grad() = gradient.clone();
    reference.step();
    optimizer.update({gradient});
  }
  EXPECT_LT((parameters[0].second - theirs).abs().max().item<float>(), 1e-6);
}

TEST(Optimizer, ClipsTheGradientOfAllParametersTogether) {
  OptimizerRecipe clipped = plain();
  clipped.clip_norm = 1;
  clipped.epsilon = 1;  // So that the size of the gradient matters.
  const Parameters a = one_weight_and_one_bias();
  const Parameters b = one_weight_and_one_bias();
  Optimizer(a, clipped, 10).update({torch::full({1, 1}, 30.0F), torch::full({1}, 40.0F)});
  Optimizer(b, clipped, 10).update({torch::full({1, 1}, 0.6F), torch::full({1}, 0.8F)});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(a[i].second.item<float>(), b[i].second.item<float>(), 1e-6);
  }
}

TEST(Optimizer, AveragesTheParameters) {
  OptimizerRecipe recipe = plain();
  recipe.weight_decay = 0;
  const Parameters parameters = one_weight_and_one_bias();
  Optimizer optimizer(parameters, recipe, 10);
  optimizer.update({torch::full({1, 1}, 3.0F), torch::full({1}, 3.0F)});
  // The first average keeps a tenth of the start: 0.1 · 2 + 0.9 · 1.9.
  EXPECT_NEAR(optimizer.averaged_weights().read("a.bias").to_floats()[0], 1.91, 1e-5);
}

/// Adam's first step has the size of the rate.
TEST(Optimizer, GivesTheEncoderARateOfItsOwn) {
  OptimizerRecipe recipe = plain();
  recipe.weight_decay = 0;
  recipe.encoder_rate_factor = 0.1;
  const Parameters parameters = {{"pretrained.x", torch::zeros({1}).requires_grad_()},
                                 {"depth_head.x", torch::zeros({1}).requires_grad_()}};
  Optimizer(parameters, recipe, 10).update({torch::ones({1}), torch::ones({1})});
  EXPECT_NEAR(parameters[0].second.item<float>(), -0.01, 1e-6);
  EXPECT_NEAR(parameters[1].second.item<float>(), -0.1, 1e-6);
}

/// A parameter that joins later begins as if training did: its first step has the size of the rate.
TEST(Optimizer, LeavesAParameterWithoutGradientUntilItHasOne) {
  OptimizerRecipe recipe = plain();
  recipe.weight_decay = 0.5;
  const Parameters parameters = one_weight_and_one_bias();
  Optimizer optimizer(parameters, recipe, 10);
  for (int i = 0; i < 5; ++i) optimizer.update({torch::Tensor(), torch::ones({1})});
  EXPECT_EQ(parameters[0].second.item<float>(), 2);
  EXPECT_EQ(optimizer.averaged_weights().read("a.weight").to_floats()[0], 2);
  optimizer.update({torch::ones({1, 1}), torch::ones({1})});
  EXPECT_NEAR(parameters[0].second.item<float>(), 2 * (1 - 0.1 * 0.5) - 0.1, 1e-6);
}

TEST(Optimizer, RefusesAGradientThatIsNotFinite) {
  Optimizer optimizer(one_weight_and_one_bias(), plain(), 10);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(optimizer.update({torch::full({1, 1}, nan), torch::zeros({1})}), Error);
}

}  // namespace
}  // namespace promptdepth
