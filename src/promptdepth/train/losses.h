#pragma once

#include <span>

namespace promptdepth {

/// One sample's prediction and truth, H×W values row by row, and where the derivative by each
/// prediction goes. Every loss adds `weight` times its derivative there and returns its value
/// without the weight; without any valid pixel both are 0. A loss is a mean over pixels, so that it
/// does not depend on the size.
struct LossMaps {
  int height = 0;
  int width = 0;
  std::span<const float> prediction;
  std::span<const float> target;
  std::span<const float> valid;  ///< 1 where `target` counts, else 0.
  std::span<float> derivative;
};

/// mean |e|, e = prediction - target. With a `soft_width` w above 0, |x| is x²/(2w) below w and
/// |x| - w/2 beyond: small errors then ask for the mean and not for the median.
double l1_loss(const LossMaps& maps, double soft_width, double weight);

/// Σ over strides s = 1, 2, 4, ... (`scales` of them) and both axes of mean |e(p + s) - e(p)| over
/// the pairs whose pixels are both valid (spec 5, equation 2), |x| as in l1_loss.
double gradient_loss(const LossMaps& maps, int scales, double soft_width, double weight);

/// How normalised depth becomes metres: value · span_m + min_m.
struct MetricScale {
  double span_m = 1;
  double min_m = 0;
};

/// sqrt(mean d² - focus·(mean d)²) with d = ln target - ln prediction in metres (Eigen et al. 2014,
/// as Depth Anything V2 uses it with focus 0.5), over one sample. Predictions below 1 mm count as
/// 1 mm; targets there do not count.
double silog_loss(const LossMaps& maps, MetricScale scale, double focus, double weight);

/// Weights and settings of relative_loss.
struct RelativeLoss {
  double scale_shift_invariant = 1;  ///< Weight of the first term,
  double gradient_matching = 2;      ///< and of the second (Depth Anything V2: 1 : 2).
  double trim_share = 0.1;           ///< Of the pixels, those with the largest errors, are left out
                                     ///< of the first term; below 1.
  int scales = 4;                    ///< Of the second term, as in gradient_loss.
};

struct RelativeLossValue {
  double scale_shift_invariant = 0;
  double gradient_matching = 0;
};

/// The losses of relative models (Ranftl et al. 2020; Depth Anything V2), blind to scale and shift.
/// Prediction and target are both brought to median 0 and mean deviation 1,
///   x* = (x - median x) / mean |x - median x|,
/// and with R = prediction* - target*, the terms are the mean of |R| over the untrimmed pixels, and
/// gradient_loss of R. The derivative goes through median and deviation too. Where the prediction
/// or the target is constant there is nothing to compare and both terms are 0.
RelativeLossValue relative_loss(const LossMaps& maps, const RelativeLoss& options, double weight);

}  // namespace promptdepth
