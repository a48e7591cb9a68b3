#include "promptdepth/train/schedule.h"

#include <algorithm>

namespace promptdepth {

double learning_rate_at(const OptimizerRecipe& recipe, std::int64_t step, std::int64_t steps) {
  const auto done = static_cast<double>(step);
  const auto all = static_cast<double>(steps);
  const auto warm_up = static_cast<double>(recipe.warm_up_steps);
  const double rising = warm_up > 0 ? (done + 1) / warm_up : 1;
  const double falling =
      recipe.decay_share > 0 ? (all - done) / (recipe.decay_share * all) : 1;
  return recipe.learning_rate * std::clamp(std::min(rising, falling), 0.0, 1.0);
}

double ema_decay_at(const OptimizerRecipe& recipe, std::int64_t step) {
  const auto done = static_cast<double>(step);
  return std::min(recipe.ema_decay, (1 + done) / (10 + done));
}

}  // namespace promptdepth
