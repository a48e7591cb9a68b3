#pragma once

#include <cstdint>
#include <span>

#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/feature_map.h"

namespace promptdepth::cpu {

// Movements of elements without arithmetic on them, on all threads. Formulas: backend.h.

/// `in` of shape `shape` -> `out` of shape n × ceil(h/block) × ceil(w/block) × block²·c, one dtype.
void space_to_depth(ConstValues in, const FeatureShape& shape, int block, Values out);

/// `in` -> `out` of shape `shape`, whose h and w may cut the last block short; one dtype. The
/// number of blocks in a row of `in` is ceil(shape.w/block).
void depth_to_space(ConstValues in, int block, const FeatureShape& shape, Values out);

/// Writes `part`, rows of `channels`, into channels [offset, offset + channels) of the rows of
/// `out`, which have `out_channels`.
void place_channels(ConstValues part, std::int64_t channels, std::int64_t rows, Values out,
                    std::int64_t offset, std::int64_t out_channels);

/// Images n×H×W×3 -> rows n·(H/patch)·(W/patch) of patch·patch·3 values (y, x, channel), each
/// (value − mean)·inverse_std of its channel.
void unfold_patches(ConstValues image, const FeatureShape& shape, int patch,
                    std::span<const float, 3> mean, std::span<const float, 3> inverse_std,
                    Values out);

}  // namespace promptdepth::cpu
