#pragma once

#include <cstdint>

#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// Random tensors to start training from, the same for the same seed: normal with the variance
/// 2 / ((1 + slope²)·fan_in) that keeps a signal's size through leaky ReLUs (He et al. 2015), but
/// smaller for the second convolution of each residual unit, so that the units start as near
/// identities, and on the way up, where at full size coarse features would add up and drown the
/// fine ones that they join. The first layer standardises its inputs. The last layer is zero, so
/// that the network starts as the bilinearly upsampled prompt.
MemoryWeights initial_weights(const ModelRecipe& model, std::uint64_t seed);

}  // namespace promptdepth
