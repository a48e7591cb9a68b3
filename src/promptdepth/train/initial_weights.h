#pragma once

#include <cstdint>

#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// Random tensors to start training from, the same for the same seed: normal with the variance
/// 2 / ((1 + slope²)·fan_in) that keeps a signal's size through leaky ReLUs (He et al. 2015), the
/// second convolution of each residual unit ten times smaller so that the units start as near
/// identities, biases zero, and the last layer zero so that the network starts as the bilinearly
/// upsampled prompt.
MemoryWeights initial_weights(const ModelRecipe& model, std::uint64_t seed);

}  // namespace promptdepth
