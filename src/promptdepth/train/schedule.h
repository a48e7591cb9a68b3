#pragma once

#include <cstdint>

#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// The rate of update number `step` (from 0) of `steps`: rising linearly over the warm-up, and no
/// more than the schedule allows.
double learning_rate_at(const OptimizerRecipe& recipe, std::int64_t step, std::int64_t steps);

/// The weight of the old average at update number `step`: ema_decay, but less in the beginning so
/// that the first parameters are soon forgotten.
double ema_decay_at(const OptimizerRecipe& recipe, std::int64_t step);

/// The width below which errors count by their square at update number `step`.
double soft_width_at(const LossRecipe& recipe, std::int64_t step, std::int64_t steps);

/// Whether the network goes without its prompt in update number `step`.
bool is_prompt_free(const Recipe& recipe, std::int64_t step);

}  // namespace promptdepth
