#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

/// Which truth the gradient loss follows (spec 5): the annotated depth, or a pseudo ground truth
/// with holes and noise of its own but better edges.
enum class GradientTruth : std::uint8_t { kAnnotated, kPseudo };

/// How much each loss counts; see losses.h for the formulas. 0 leaves one out.
struct LossWeights {
  double l1 = 1;
  double gradient = 0.5;
  GradientTruth gradient_truth = GradientTruth::kAnnotated;
  double silog = 0;
  double scale_shift_invariant = 0;
  double gradient_matching = 0;
};

/// The weights for one data set of the mixture.
struct DataLossRecipe {
  std::string data = {};  ///< Its label in the recipe's `data`.
  LossWeights weights = {};
};

/// The losses (spec 5), all in the prompt's normalised space but SiLog, which is in metres.
struct LossRecipe {
  LossWeights weights = {};                   ///< Of data sets that `per_data` does not name.
  std::vector<DataLossRecipe> per_data = {};  ///< Others for some data sets.
  LossWeights prompt_free = {.l1 = 1, .gradient = 0};  ///< Of the updates without a prompt.
  /// Errors below this count by their square; it falls linearly to 0 over soft_share of the steps.
  /// What edges do to an upsampled prompt is zero in the median, and a loss that looks for medians
  /// alone is slow to leave it.
  double soft_width = 0.2;
  double soft_share = 0.4;
  int gradient_scales = 4;   ///< Strides 1, 2, 4, ...; 1 to 8.
  double silog_focus = 0.5;  ///< How much of the mean logarithmic error is forgiven; 0 to 1.
  double trim_share = 0.1;   ///< Of the scale-shift-invariant loss' largest errors are left out.
  /// Pixels whose normalised truth is farther than this from 0.5 are left out: what the prompt's
  /// range does not reach by far cannot be learnt.
  double truth_limit = 2;
  /// A prompt whose range is a smaller share of its greatest depth than this counts less in
  /// proportion, as the normalised space of a flat wall shows little but noise.
  double flat_range_share = 0.2;

  /// The weights for the data set of that label.
  const LossWeights& weights_of(std::string_view data) const {
    for (const DataLossRecipe& one : per_data) {
      if (one.data == data) return one.weights;
    }
    return weights;
  }
};

/// The fields, for the visitors of recipe_fields.h.
template <typename V>
void visit(V& v, LossWeights& r) {
  v.field("l1", r.l1, 0, 1e9);
  v.field("gradient", r.gradient, 0, 1e9);
  v.option("gradient_truth", r.gradient_truth,
           {{"annotated", GradientTruth::kAnnotated}, {"pseudo", GradientTruth::kPseudo}});
  v.field("silog", r.silog, 0, 1e9);
  v.field("scale_shift_invariant", r.scale_shift_invariant, 0, 1e9);
  v.field("gradient_matching", r.gradient_matching, 0, 1e9);
}

template <typename V>
void visit(V& v, DataLossRecipe& r) {
  v.text("data", r.data);
  visit(v, r.weights);
}

template <typename V>
void visit(V& v, LossRecipe& r) {
  visit(v, r.weights);
  v.optional_list("per_data", r.per_data);
  v.part("prompt_free", r.prompt_free);
  v.field("gradient_scales", r.gradient_scales, 1, 8);
  v.field("silog_focus", r.silog_focus, 0, 1);
  v.field("trim_share", r.trim_share, 0, 0.9);
  v.field("soft_width", r.soft_width, 0, 1e9);
  v.field("soft_share", r.soft_share, 0, 1);
  v.field("truth_limit", r.truth_limit, 0.5, 1e9);
  v.field("flat_range_share", r.flat_range_share, 0, 1);
}

}  // namespace promptdepth
