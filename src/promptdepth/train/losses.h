#pragma once

#include <span>

#include "promptdepth/train/sample.h"

namespace promptdepth {

/// The parts of a loss, before their weights, as means over the samples' weights.
struct LossValue {
  double total = 0;
  double l1 = 0;
  double gradient = 0;
};

/// The loss of spec 5 in the prompt's normalised space. With e = prediction - target on valid
/// pixels, per sample
///   L1   = mean of |e|
///   grad = Σ over strides s = 1, 2, 4, ... and both axes of the mean of |e(p + s) - e(p)| over
///          the pairs whose pixels are both valid
///   L    = l1 · L1 + gradient · grad
/// where |x| is x²/(2w) - as the mean asks for, and not the median - for |x| below w =
/// `soft_width`, and Σ weight·L / `divisor` over the batch, so that the micro-batches of a step add
/// up to its mean. Writes the derivative by each prediction to `derivative`. Both spans have n·H·W
/// values.
LossValue prompt_space_loss(std::span<const float> prediction, const Batch& batch,
                            const LossRecipe& recipe, double soft_width, double divisor,
                            std::span<float> derivative);

}  // namespace promptdepth
