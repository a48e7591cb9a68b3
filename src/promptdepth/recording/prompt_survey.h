#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "promptdepth/base/progress.h"
#include "promptdepth/capture/capture.h"
#include "promptdepth/image/colormap.h"
#include "promptdepth/prompt/densify.h"

namespace promptdepth {

/// The frame's prompt as a network is to see it: without what is less certain than
/// `min_confidence`, and without what is no measurement.
DepthMap trusted_prompt(const Frame& frame, float min_confidence, const CleanOptions& clean);

/// What a recording's prompts say before a network has seen any: a few numbers a frame.
struct PromptSurvey {
  std::unordered_map<std::string, PromptRange> ranges;  ///< By frame; smoothed over time.
  DepthRange colors;                                    ///< For pictures of all depths.
  double frames_per_second = 0;  ///< Of the frames looked at: by their times, else 30 in all.
  bool has_poses = true;         ///< Every frame has a pose and a camera.
};

struct SurveyOptions {
  FrameRange frames = {};
  float min_confidence = 1;
  PromptOptions prompt = {};       ///< Cleaning, and the quantiles that make a range.
  double range_sigma_frames = 10;  ///< Of the Gaussian that smooths the ranges.
};

/// Reads the prompts of all frames, without the pictures. Frames without a measurement are left
/// out. Throws Error(kInvalidData) when no frame has one.
PromptSurvey survey_prompts(const Capture& capture, const SurveyOptions& options,
                            const ProgressCallback& progress = {});

}  // namespace promptdepth
