#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "promptdepth/estimator/estimator.h"
#include "promptdepth/metrics/depth_metrics.h"
#include "promptdepth/prompt/prompt_kinds.h"
#include "promptdepth/train/recipe.h"
#include "promptdepth/train/sample.h"

namespace promptdepth {

struct HeldOutFrame {
  std::size_t kind = 0;  ///< Index into prompt_kinds().
  Sample sample;
};

/// Held-out frames number 0 to count - 1: scene i with prompt kind i modulo the kinds, or with
/// `kind` alone. Where the recipe has rooms and streets, each kind sees those where it is at home.
/// Rendered on this process' threads.
std::vector<HeldOutFrame> held_out_frames(const Recipe& recipe, std::int64_t count);
std::vector<HeldOutFrame> held_out_frames(const Recipe& recipe, std::int64_t count,
                                          std::size_t kind);

/// Mean figures of one method.
struct MethodScore {
  DepthMetrics depth;
  double boundary_f1 = 0;
};

struct KindScore {
  std::string kind;
  std::size_t frames = 0;
  MethodScore model = {};
  MethodScore bilinear = {};  ///< The filled prompt, upsampled bilinearly: no network at all.
};

struct Validation {
  std::vector<KindScore> kinds;  ///< Those that have frames.
  double l1_m = 0;               ///< Means over all frames.
  double bilinear_l1_m = 0;
};

/// Runs the model as `predict` does, on the raw prompts.
Validation validate_model(const Estimator& estimator, const std::vector<HeldOutFrame>& frames);

/// Photo, raw prompt, prediction and truth side by side, depths in the truth's range.
Image validation_picture(const Estimator& estimator, const HeldOutFrame& frame);

}  // namespace promptdepth
