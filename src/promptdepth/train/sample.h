#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/densify.h"
#include "promptdepth/train/augmentation.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// One example: what the network is given, prepared as for inference (prepare_prompt), and the
/// truth. All maps have the frame's size; the prompt is upsampled bilinearly to it, as the compact
/// network does itself.
struct Sample {
  Image image;
  DepthMap prompt;        ///< In the prompt's normalised space, without holes.
  DepthMap measured;      ///< 1 measured, 0 filled, in between where upsampling mixes them.
  DepthMap truth;         ///< The annotated depth: metres, 0 where there is none.
  DepthMap pseudo_truth;  ///< A second truth with better edges, as `truth`; empty if there is none.
  DepthMap raw_prompt;    ///< As the sensor delivered it: metres, its own resolution, with holes.
  PromptRange range;
  std::size_t data_set = 0;  ///< Which of the recipe's data sets it comes from.

  DepthMap denormalized(const DepthMap& normalized) const;

  /// Has the normalised space stand for another range.
  void normalize_by(const PromptRange& other);
};

/// Prepares the frame with the prompt that it comes with, which must measure something; else throws
/// Error(kInvalidData).
Sample make_sample(ImageWithDepth frame);

/// Simulates a prompt for the frame as `mix` says, whatever it comes with, and prepares it. The
/// sensor sees the frame's surfaces through its camera, as when models are judged.
/// Everything random comes from `seed`. Throws Error(kInvalidData) when the frame has no depth at
/// all.
Sample make_sample(ImageWithDepth frame, const SimulationMix& mix, std::uint64_t seed);

/// Several samples of one size, joined as the network takes them: NHWC, row by row.
struct Batch {
  std::int64_t n = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<float> image = {};          ///< n×H×W×3
  std::vector<float> prompt = {};         ///< n×H×W, normalised.
  std::vector<float> measured = {};       ///< n×H×W
  std::vector<float> target = {};         ///< n×H×W, the truth in each prompt's normalised space.
  std::vector<float> valid = {};          ///< n×H×W, 1 where `target` counts, else 0.
  std::vector<float> pseudo_target = {};  ///< As `target`; empty if no sample has a pseudo truth.
  std::vector<float> pseudo_valid = {};   ///< As `valid`.
  std::vector<float> weight = {};         ///< n, how much each sample counts.
  std::vector<std::size_t> data_set = {};  ///< n, which of the recipe's data sets each is from.
  std::vector<PromptRange> range = {};     ///< n, from which normalised depth becomes metres.

  std::int64_t pixel_count() const { return height * width; }
};

/// Joins samples of one size. `loss` says which truth counts and how much flat prompts do.
Batch join(std::span<const Sample> samples, const LossRecipe& loss);

}  // namespace promptdepth
