#include "promptdepth/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace promptdepth {
namespace {

constexpr double kPower = 0.9;

/// The share of the full rate when the share `done` of the steps is over.
double share_at(const OptimizerRecipe& recipe, double done) {
  switch (recipe.schedule) {
    case Schedule::kTrapezoid:
      return recipe.decay_share > 0 ? std::min(1.0, (1 - done) / recipe.decay_share) : 1;
    case Schedule::kConstant:
      return 1;
    case Schedule::kCosine:
      return 0.5 + 0.5 * std::cos(std::numbers::pi * done);
    case Schedule::kPolynomial:
      return std::pow(1 - done, kPower);
  }
  return 1;
}

}  // namespace

double learning_rate_at(const OptimizerRecipe& recipe, std::int64_t step, std::int64_t steps) {
  const auto warm_up = static_cast<double>(recipe.warm_up_steps);
  const double rising = warm_up > 0 ? (static_cast<double>(step) + 1) / warm_up : 1;
  const double done = std::min(1.0, static_cast<double>(step) / static_cast<double>(steps));
  return recipe.learning_rate * std::min(rising, std::max(0.0, share_at(recipe, done)));
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

bool is_prompt_free(const Recipe& recipe, std::int64_t step) {
  return step < recipe.prompt_free_steps;
}

}  // namespace promptdepth
