#pragma once

#include <cstdint>

#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/feature_map.h"

namespace promptdepth::cpu {

/// Pixels that a propagated one is the mean of.
inline constexpr std::int64_t kTaps = 9;

/// Session::propagate on all threads: maps `x` (float32) and `out` (float32) of shape `shape`, with
/// kTaps logits of either dtype for each pixel. `out` may not overlap `x`.
void propagate(ConstValues x, ConstValues logits, const FeatureShape& shape, int dilation,
               Values out);

/// Its derivative: of what a scalar changes by with `out`, `upstream` (float32), what it changes by
/// with `x` (float32, `x_gradient`) and with the logits (of their dtype, `logit_gradient`). Images
/// are spread over the threads.
void propagate_gradient(ConstValues x, ConstValues logits, const FeatureShape& shape, int dilation,
                        ConstValues upstream, Values x_gradient, Values logit_gradient);

}  // namespace promptdepth::cpu
