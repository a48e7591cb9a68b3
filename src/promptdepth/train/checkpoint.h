#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "promptdepth/train/optimizer.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// Where a run stands, beside its tensors.
struct RunProgress {
  std::int64_t step = 0;
  double best_relative_l1 = 0;  ///< Of the best validation; 0 before the first.
};

/// Writes parameters, averages, moments, progress and the recipe as one safetensors file, which
/// appears at once when it is whole.
void save_checkpoint(const std::filesystem::path& path, const Optimizer& optimizer,
                     const RunProgress& progress, const Recipe& recipe);

/// Continues from a checkpoint. Throws Error(kInvalidData) when it is damaged, and
/// Error(kInvalidArgument) when it belongs to another recipe; the number of steps, how they are
/// validated and how often they are saved may differ.
RunProgress load_checkpoint(const std::filesystem::path& path, const Recipe& recipe,
                            Optimizer& optimizer);

/// Writes averaged weights, after `step` updates with `samples` samples, as a model that `predict`
/// takes, in bfloat16.
void export_model(const std::filesystem::path& path, const WeightFile& averaged,
                  const Recipe& recipe, std::int64_t step, std::int64_t samples);

}  // namespace promptdepth
