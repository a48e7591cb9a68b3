#pragma once

#include <cstdint>

#include "promptdepth/backend/cpu/values.h"

namespace promptdepth::cpu {

/// Rows of `channels` normalised to mean 0 and (biased) variance 1, then scaled and shifted per
/// channel; on all threads. `out` may be `in` of the same dtype.
void layer_norm(ConstValues in, const float* weight, const float* bias, float epsilon,
                std::int64_t rows, std::int64_t channels, Values out);

}  // namespace promptdepth::cpu
