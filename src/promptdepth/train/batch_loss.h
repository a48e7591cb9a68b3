#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "promptdepth/train/recipe.h"
#include "promptdepth/train/sample.h"

namespace promptdepth {

/// The parts of a loss, before their weights, as means over the samples' weights.
struct LossValue {
  double total = 0;
  double l1 = 0;
  double gradient = 0;
  double silog = 0;
  double scale_shift_invariant = 0;
  double gradient_matching = 0;

  LossValue& operator+=(const LossValue& other);
};

/// How the losses of one update are taken.
struct LossSettings {
  std::vector<LossWeights> weights;  ///< Per data set of the recipe.
  double soft_width = 0;
  int gradient_scales = 4;
  double silog_focus = 0.5;
  double trim_share = 0.1;
  double divisor = 1;  ///< Samples of the whole update, so that its micro-batches add up to a mean.
};

/// Those of update number `step` that `processes` processes share.
LossSettings loss_settings(const Recipe& recipe, std::int64_t step, int processes);

/// Σ weight·L / divisor over the batch, where L is the weighted sum of the losses (losses.h) of a
/// sample with its data set's weights: L1, SiLog and the relative losses against the annotated
/// depth, the gradient loss against the truth that the weights name. A truth that the sample does
/// not have adds nothing. Writes the derivative by each prediction to `derivative`. Both spans have
/// n·H·W values.
LossValue batch_loss(std::span<const float> prediction, const Batch& batch,
                     const LossSettings& settings, std::span<float> derivative);

}  // namespace promptdepth
