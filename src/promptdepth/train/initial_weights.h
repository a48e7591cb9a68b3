#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// Random tensors to start training from, the same for the same seed.
///
/// Compact: normal with the variance 2 / ((1 + slope²)·fan_in) that keeps a signal's size through
/// leaky ReLUs (He et al. 2015), but smaller for the second convolution of each residual unit, so
/// that the units start as near identities, and on the way up, where at full size coarse features
/// would add up and drown the fine ones that they join. The first layer standardises its inputs.
/// The last layer is zero, so that the network starts as the bilinearly upsampled prompt.
///
/// Prompt Depth Anything: the encoder as DINOv2 (normal with deviation 0.02, layer scales 1, biases
/// 0), the decoder as PyTorch does (weights and biases uniform within 1/sqrt(fan_in)), and zero in
/// the layers through which the prompting design adds to the foundation model (spec 1.5, 1.7). What
/// the design copies from the encoder has the encoder's values. The prompting design's values are
/// drawn last, so that models that differ in it alone start with the same encoder and decoder.
MemoryWeights random_weights(const ModelRecipe& model, std::uint64_t seed);

/// The tensors that training starts from: those of `model.initial_weights` under official names,
/// whatever names the file uses, and random_weights (or copies of the file's encoder) for what a
/// foundation model lacks, the prompting design. The metadata say what the recipe does and no
/// tensor tells: model_metadata. Throws Error(kInvalidData) with the first names when the file
/// lacks anything else, has tensors that the model has not, or has others of other shapes; and what
/// opening it throws.
MemoryWeights initial_weights(const ModelRecipe& model, std::uint64_t seed);

/// What a file of this model's weights must say beside its tensors: design and range of depths.
std::map<std::string, std::string> model_metadata(const ModelRecipe& model);

}  // namespace promptdepth
