#include "promptdepth/train/schedule.h"

#include <algorithm>

namespace promptdepth {

double learning_rate_at(const OptimizerRecipe& recipe, std::int64_t step, std::int64_t steps) {
  const auto done = static_cast<double>(step);
  const auto all = static_cast<double>(steps);
  const auto warm_up = static_cast<double>(recipe.warm_up_steps);
  const double rising = warm_up > 0 ? (done + 1) / warm_up : 1;
  const double falling = recipe.decay_share > 0 ? (all - done) / (recipe.decay_share * all) : 1;
  return recipe.learning_rate * std::clamp(std::min(rising, falling), 0.0, 1.0);
}

double ema_decay_at(const OptimizerRecipe& recipe, std::int64_t step) {
  const auto done = static_cast<double>(step);
  return std::min(recipe.ema_decay, (1 + done) / (10 + done));
}

double soft_width_at(const LossRecipe& recipe, std::int64_t step, std::int64_t steps) {
  const double soft_steps = recipe.soft_share * static_cast<double>(steps);
  if (soft_steps <= 0) return 0;
  return recipe.soft_width * std::max(0.0, 1 - static_cast<double>(step) / soft_steps);
}

}  // namespace promptdepth
