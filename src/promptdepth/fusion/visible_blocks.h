#pragma once

#include <vector>

#include "promptdepth/fusion/posed_depth.h"
#include "promptdepth/fusion/tsdf_options.h"
#include "promptdepth/fusion/voxel_block.h"

namespace promptdepth {

/// The blocks that the rays of a view pass within a truncation of what they meet, sorted. About one
/// ray is followed per voxel at the greatest depth. Throws Error(kInvalidData) when one lies more
/// than kMostBlocks from the world's origin.
std::vector<BlockKey> visible_blocks(const PosedDepth& view, const TsdfOptions& options);

}  // namespace promptdepth
