#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/backend/layers.h"

namespace promptdepth {

/// Two-tap linear interpolation along one axis: out[i] = (1 − t[i])·in[low[i]] + t[i]·in[high[i]].
struct LinearTaps {
  std::vector<std::int32_t> low;
  std::vector<std::int32_t> high;
  std::vector<float> t;
};

LinearTaps bilinear_taps(std::int64_t in, std::int64_t out, PixelAlignment alignment);

/// The bicubic resampling of one axis of the position embedding as a dense matrix, out × in,
/// row-major (A = −0.75, taps clamped to the border). `in` is the stored grid, `out` the wanted
/// one; see PositionConvention.
std::vector<float> position_resampling_matrix(std::int64_t in, std::int64_t out,
                                              PositionConvention convention);

/// True when the stored g×g embedding is used without resampling.
bool position_is_native(std::int64_t grid, std::int64_t patch_rows, std::int64_t patch_columns);

/// The stored embedding [1, 1 + g·g, d] resampled to a patch grid: float32, (1 + rows·columns)×d,
/// the class token's row first and unchanged.
std::vector<float> resample_position_embedding(const HostTensor& position, std::int64_t patch_rows,
                                               std::int64_t patch_columns,
                                               PositionConvention convention);

}  // namespace promptdepth
