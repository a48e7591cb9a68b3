#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// Parameters with their official names, as the torch backend keeps them.
using Parameters = std::vector<std::pair<std::string, torch::Tensor>>;

/// AdamW (Loshchilov & Hutter 2019) with clipping, the recipe's schedule, and an exponential moving
/// average of the parameters, which is the model that is kept.
class Optimizer {
 public:
  /// Updates the given tensors in place; they are shared with the network.
  Optimizer(const Parameters& parameters, const OptimizerRecipe& recipe, std::int64_t steps);

  /// One update with gradients in the parameters' order; parameters whose gradient is undefined
  /// stay as they are, moments included. Returns the gradients' norm before clipping. Throws
  /// Error(kInvalidData) when it is not finite.
  double update(const std::vector<torch::Tensor>& gradients);

  /// In the order they were given.
  std::vector<torch::Tensor> parameters() const;
  std::int64_t step() const { return step_; }  ///< Updates done.

  /// Everything that decides about the next updates, to be copied between processes: parameters,
  /// averages, moments and counts.
  std::vector<torch::Tensor> state() const;
  void set_step(std::int64_t step) { step_ = step; }

  /// The averaged parameters.
  MemoryWeights averaged_weights() const;

  /// Adds everything that a resumed run needs, in float32: parameters, averages and moments.
  void save_to(MemoryWeights& state) const;
  /// The inverse, at `step` updates. Throws Error(kInvalidData) when a tensor is missing or of
  /// another shape.
  void restore_from(const WeightFile& state, std::int64_t step);

 private:
  struct Entry {
    std::string name;
    torch::Tensor parameter;
    torch::Tensor average;
    torch::Tensor first_moment;
    torch::Tensor second_moment;
    torch::Tensor updates;  ///< How often this one was updated; one float32.
    double rate_factor;
  };

  void update_entry(Entry& entry, const torch::Tensor& gradient, double scale) const;

  OptimizerRecipe recipe_;
  std::int64_t steps_;
  std::int64_t step_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace promptdepth
