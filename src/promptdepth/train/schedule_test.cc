#include "promptdepth/train/schedule.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(Schedule, WarmsUpStaysAndFallsToZero) {
  const OptimizerRecipe recipe{.learning_rate = 2, .warm_up_steps = 10, .decay_share = 0.25};
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 0, 100), 0.2);
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 9, 100), 2);
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 75, 100), 2);
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 90, 100), 0.8);
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 100, 100), 0);
}

TEST(Schedule, WithoutWarmUpAndDecayIsConstant) {
  const OptimizerRecipe recipe{.learning_rate = 3, .warm_up_steps = 0, .decay_share = 0};
  for (const int step : {0, 50, 99}) EXPECT_DOUBLE_EQ(learning_rate_at(recipe, step, 100), 3);
}

TEST(Schedule, FallsToZeroAsACosineOrAPower) {
  OptimizerRecipe recipe{.learning_rate = 2, .warm_up_steps = 0, .schedule = Schedule::kCosine};
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 0, 100), 2);
  EXPECT_NEAR(learning_rate_at(recipe, 50, 100), 1, 1e-12);
  EXPECT_NEAR(learning_rate_at(recipe, 100, 100), 0, 1e-12);
  recipe.schedule = Schedule::kPolynomial;
  EXPECT_NEAR(learning_rate_at(recipe, 50, 100), 2 * std::pow(0.5, 0.9), 1e-12);
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 100, 100), 0);
  recipe.schedule = Schedule::kConstant;
  EXPECT_DOUBLE_EQ(learning_rate_at(recipe, 99, 100), 2);
}

TEST(Schedule, GoesWithoutThePromptInTheFirstSteps) {
  const Recipe recipe{.prompt_free_steps = 3};
  EXPECT_TRUE(is_prompt_free(recipe, 2));
  EXPECT_FALSE(is_prompt_free(recipe, 3));
}

TEST(Schedule, ForgetsTheFirstParametersSoon) {
  const OptimizerRecipe recipe{.ema_decay = 0.99};
  EXPECT_DOUBLE_EQ(ema_decay_at(recipe, 0), 0.1);
  EXPECT_DOUBLE_EQ(ema_decay_at(recipe, 100000), 0.99);
}

TEST(Schedule, MakesTheLossSharpInItsShareOfTheSteps) {
  const LossRecipe recipe{.soft_width = 0.2, .soft_share = 0.4};
  EXPECT_DOUBLE_EQ(soft_width_at(recipe, 0, 100), 0.2);
  EXPECT_DOUBLE_EQ(soft_width_at(recipe, 20, 100), 0.1);
  EXPECT_DOUBLE_EQ(soft_width_at(recipe, 40, 100), 0);
  EXPECT_DOUBLE_EQ(soft_width_at({.soft_width = 0.2, .soft_share = 0}, 0, 100), 0);
}

}  // namespace
}  // namespace promptdepth
