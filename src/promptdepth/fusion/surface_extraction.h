#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "promptdepth/fusion/voxel_block.h"
#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// About what extract_surface() takes, its result included: the numbers of the vertices on each
/// voxel's three edges, and vertices and triangles twice, of a surface in one block out of two.
inline constexpr std::size_t kExtractionBytesPerBlock =
    3 * kBlockVoxels * sizeof(std::int32_t) + 4096;

struct VoxelGrid {
  const std::vector<std::unique_ptr<VoxelBlock>>& blocks;
  const std::unordered_map<BlockKey, std::size_t>& number_of;
  float voxel_size_m;
  float least_weight;  ///< Voxels of a lower weight are unknown.
  bool colored;        ///< Every block has colours, to be taken.
};

/// Marching cubes (Lorensen and Cline 1987) over every cube of eight known voxels: the surface of
/// distance 0, its front towards positive distances, vertices shared, closed wherever voxels are
/// known.
Mesh extract_surface(const VoxelGrid& grid);

}  // namespace promptdepth
