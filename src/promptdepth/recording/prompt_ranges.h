#pragma once

#include <span>
#include <vector>

#include "promptdepth/prompt/range.h"

namespace promptdepth {

/// The ranges of successive frames' prompts, each end smoothed over time by a Gaussian of
/// `sigma_frames` (above 0) that is cut off at three sigma and at the recording's ends.
///
/// Every frame is normalised by its own prompt's least and greatest depth as published (spec 1.1);
/// a single flying pixel then moves all depths of that frame, which flickers.
std::vector<PromptRange> smooth_ranges(std::span<const PromptRange> ranges, double sigma_frames);

}  // namespace promptdepth
