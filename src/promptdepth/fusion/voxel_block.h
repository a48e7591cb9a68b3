#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace promptdepth {

inline constexpr int kBlockSide = 8;
inline constexpr std::size_t kBlockVoxels = 512;

/// A block's place on the grid of blocks; voxel (i, j, k) of block (x, y, z) is centred at
/// (8x + i, 8y + j, 8z + k) voxels.
struct BlockIndex {
  int x = 0;
  int y = 0;
  int z = 0;
};

/// Each component lies in ±kMostBlocks.
inline constexpr int kMostBlocks = (1 << 20) - 2;

/// The same as one number; ordered by z, y, x.
using BlockKey = std::uint64_t;

constexpr BlockKey key_of(const BlockIndex& index) {
  const auto part = [](int i) { return BlockKey{1 << 20} + static_cast<BlockKey>(i); };
  return part(index.z) << 42 | part(index.y) << 21 | part(index.x);
}

constexpr BlockIndex index_of(BlockKey key) {
  const auto part = [](BlockKey bits) {
    return static_cast<int>(bits & ((1 << 21) - 1)) - (1 << 20);
  };
  return {part(key), part(key >> 21), part(key >> 42)};
}

/// Voxel (i, j, k) is number 64 k + 8 j + i.
constexpr std::size_t voxel_number(int i, int j, int k) {
  const int number = (k * kBlockSide + j) * kBlockSide + i;
  return static_cast<std::size_t>(number);
}

struct VoxelBlock {
  BlockIndex index;
  std::array<float, kBlockVoxels> distance{};  ///< Truncations, -1 to 1; positive in front.
  std::array<float, kBlockVoxels> weight{};    ///< Views that saw it; 0: unknown.
  /// Red, green, blue from 0 to 1 and the number of views averaged, or nothing.
  std::vector<std::array<float, 4>> color;
};

}  // namespace promptdepth
