#include "promptdepth/train/batch_loss.h"

#include <algorithm>

#include "promptdepth/base/error.h"
#include "promptdepth/train/losses.h"
#include "promptdepth/train/schedule.h"

namespace promptdepth {
namespace {

/// One sample of a batch; `pseudo` says against which truth.
LossMaps maps_of(std::size_t sample, std::span<const float> prediction, const Batch& batch,
                 bool pseudo, std::span<float> derivative) {
  const auto pixels = static_cast<std::size_t>(batch.pixel_count());
  const std::size_t first = sample * pixels;
  return {.height = static_cast<int>(batch.height),
          .width = static_cast<int>(batch.width),
          .prediction = prediction.subspan(first, pixels),
          .target = std::span(pseudo ? batch.pseudo_target : batch.target).subspan(first, pixels),
          .valid = std::span(pseudo ? batch.pseudo_valid : batch.valid).subspan(first, pixels),
          .derivative = derivative.subspan(first, pixels)};
}

/// The losses of one sample, whose derivatives it adds times `share`. A loss of weight 0 is left
/// out, as some cost time.
LossValue sample_loss(std::size_t n, std::span<const float> prediction, const Batch& batch,
                      const LossSettings& settings, double share, std::span<float> derivative) {
  const LossWeights& w = settings.weights[batch.data_set[n]];
  const LossMaps maps = maps_of(n, prediction, batch, false, derivative);
  LossValue value;
  if (w.l1 > 0) value.l1 = l1_loss(maps, settings.soft_width, share * w.l1);
  const bool pseudo = w.gradient_truth == GradientTruth::kPseudo;
  if (w.gradient > 0 && !(pseudo && batch.pseudo_target.empty())) {
    value.gradient =
        gradient_loss(maps_of(n, prediction, batch, pseudo, derivative), settings.gradient_scales,
                      settings.soft_width, share * w.gradient);
  }
  if (w.silog > 0) {
    const PromptRange& range = batch.range[n];
    value.silog = silog_loss(maps, {.span_m = range.span_m(), .min_m = range.min_m},
                             settings.silog_focus, share * w.silog);
  }
  if (w.scale_shift_invariant > 0 || w.gradient_matching > 0) {
    const RelativeLossValue relative =
        relative_loss(maps,
                      {.scale_shift_invariant = w.scale_shift_invariant,
                       .gradient_matching = w.gradient_matching,
                       .trim_share = settings.trim_share,
                       .scales = settings.gradient_scales},
                      share);
    value.scale_shift_invariant = relative.scale_shift_invariant;
    value.gradient_matching = relative.gradient_matching;
  }
  value.total = w.l1 * value.l1 + w.gradient * value.gradient + w.silog * value.silog +
                w.scale_shift_invariant * value.scale_shift_invariant +
                w.gradient_matching * value.gradient_matching;
  return value;
}

LossValue scaled(LossValue value, double factor) {
  for (double* part : {&value.total, &value.l1, &value.gradient, &value.silog,
                       &value.scale_shift_invariant, &value.gradient_matching}) {
    *part *= factor;
  }
  return value;
}

}  // namespace

LossValue& LossValue::operator+=(const LossValue& other) {
  total += other.total;
  l1 += other.l1;
  gradient += other.gradient;
  silog += other.silog;
  scale_shift_invariant += other.scale_shift_invariant;
  gradient_matching += other.gradient_matching;
  return *this;
}

LossSettings loss_settings(const Recipe& recipe, std::int64_t step, int processes) {
  LossSettings settings{
      .weights = {},
      .soft_width = soft_width_at(recipe.loss, step, recipe.steps),
      .gradient_scales = recipe.loss.gradient_scales,
      .silog_focus = recipe.loss.silog_focus,
      .trim_share = recipe.loss.trim_share,
      .divisor = static_cast<double>(recipe.batch) * static_cast<double>(processes)};
  for (const DataRecipe& set : recipe.data) {
    settings.weights.push_back(is_prompt_free(recipe, step) ? recipe.loss.prompt_free
                                                            : recipe.loss.weights_of(set.label()));
  }
  return settings;
}

LossValue batch_loss(std::span<const float> prediction, const Batch& batch,
                     const LossSettings& settings, std::span<float> derivative) {
  const auto samples = static_cast<std::size_t>(batch.n);
  PD_CHECK(prediction.size() == samples * static_cast<std::size_t>(batch.pixel_count()));
  PD_CHECK(derivative.size() == prediction.size());
  std::fill(derivative.begin(), derivative.end(), 0.0F);
  LossValue sum;
  for (std::size_t n = 0; n < samples; ++n) {
    PD_CHECK(batch.data_set[n] < settings.weights.size());
    const double share = batch.weight[n] / settings.divisor;
    sum += scaled(sample_loss(n, prediction, batch, settings, share, derivative), share);
  }
  return sum;
}

}  // namespace promptdepth
