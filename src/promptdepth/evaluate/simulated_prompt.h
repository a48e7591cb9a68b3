#pragma once

#include <cstdint>

#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/prompt/prompt_kinds.h"

namespace promptdepth {

/// What a sensor of a kind delivers of a view; it depends on the view, the kind (by its name, not
/// its place in a list) and the seed alone. A draw that measures nothing at all, such as a scanner
/// that looks past everything, is drawn again. Throws Error(kInvalidData) when that does not help.
/// `bridge_missing_truth`: gaps of the truth are its own fault, and the sensor measures there too
/// (see PhoneLidarOptions).
DepthMap simulated_prompt(const View& view, const PromptKind& kind, std::uint64_t seed,
                          bool bridge_missing_truth = false);

/// The kinds of these names, or all of them for an empty list. Throws Error(kInvalidArgument) for
/// an unknown name.
std::vector<PromptKind> chosen_kinds(const std::vector<std::string>& names);

}  // namespace promptdepth
