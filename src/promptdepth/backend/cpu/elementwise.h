#pragma once

#include <cstdint>

#include "promptdepth/backend/cpu/values.h"

namespace promptdepth::cpu {

// Operations on each element by itself, on all threads. Inputs and outputs may be float32 or
// bfloat16 in any combination; `out` may be the same memory as an input of the same dtype.

/// bfloat16 is rounded to nearest even.
void convert(ConstValues in, Values out, std::int64_t count);

/// max(in, 0).
void relu(ConstValues in, Values out, std::int64_t count);

void add(ConstValues x, ConstValues y, float scale, Values out, std::int64_t count);

/// Rows of 2·channels [a, b] -> rows of channels a·sigmoid(a)·b. `out` may not overlap `in`.
void swiglu(ConstValues in, Values out, std::int64_t rows, std::int64_t channels);

}  // namespace promptdepth::cpu
