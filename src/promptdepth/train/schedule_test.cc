#include "promptdepth/train/schedule.h"

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
