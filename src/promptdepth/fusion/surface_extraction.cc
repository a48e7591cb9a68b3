#include "promptdepth/fusion/surface_extraction.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/base/threads.h"
#include "promptdepth/fusion/cube_cases.h"

namespace promptdepth {
namespace {

constexpr std::int32_t kNoVertex = -1;

/// The surface's vertices in one block: those on the edges that start at its voxels.
struct BlockSurface {
  std::vector<Vec3f> positions_m;
  std::vector<Rgb8> colors;
  std::array<std::int32_t, 3 * kBlockVoxels> vertex_on;  ///< By axis and voxel; from 0.
  std::vector<std::array<std::uint64_t, 3>> triangles;   ///< Of numbers in the whole mesh.
  std::uint64_t first_vertex = 0;                        ///< Its first vertex in the whole mesh.
};

/// One voxel of the grid, wherever its block is.
struct Voxel {
  const VoxelBlock* block = nullptr;  ///< None: unknown.
  std::size_t block_number = 0;
  std::size_t number = 0;

  float distance() const { return block->distance[number]; }
};

/// A block with the seven that touch it on the sides of growing coordinates.
class Neighbourhood {
 public:
  Neighbourhood(const VoxelGrid& grid, const BlockIndex& index) : grid_(grid) {
    for (int n = 0; n < 8; ++n) {
      const BlockIndex at{index.x + (n & 1), index.y + (n >> 1 & 1), index.z + (n >> 2)};
      const auto found = grid.number_of.find(key_of(at));
      if (found == grid.number_of.end()) continue;
      numbers_[static_cast<std::size_t>(n)] = found->second;
      blocks_[static_cast<std::size_t>(n)] = grid.blocks[found->second].get();
    }
  }

  /// Coordinates from 0 to 8.
  Voxel voxel(int i, int j, int k) const {
    const auto n =
        static_cast<std::size_t>(i / kBlockSide | (j / kBlockSide) << 1 | (k / kBlockSide) << 2);
    const VoxelBlock* block = blocks_[n];
    const std::size_t number = voxel_number(i % kBlockSide, j % kBlockSide, k % kBlockSide);
    if (block == nullptr || block->weight[number] < grid_.least_weight) return {};
    return {block, numbers_[n], number};
  }

 private:
  const VoxelGrid& grid_;
  std::array<const VoxelBlock*, 8> blocks_{};
  std::array<std::size_t, 8> numbers_{};
};

template <typename Visit>
void for_each_voxel(const Visit& visit) {
  for (int k = 0; k < kBlockSide; ++k) {
    for (int j = 0; j < kBlockSide; ++j) {
      for (int i = 0; i < kBlockSide; ++i) visit(i, j, k);
    }
  }
}

/// The colour between two voxels, of one of them where the other has none.
Rgb8 color_between(const Voxel& a, const Voxel& b, float share_of_b) {
  const std::array<float, 4>& from = a.block->color[a.number];
  const std::array<float, 4>& to = b.block->color[b.number];
  if (from[3] == 0) share_of_b = 1;
  if (to[3] == 0) share_of_b = 0;
  Rgb8 color{};
  for (std::size_t c = 0; c < 3; ++c) {
    const float value = from[c] + share_of_b * (to[c] - from[c]);
    color[c] = static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(value, 0.0F, 1.0F)));
  }
  return color;
}

void find_vertices(const VoxelGrid& grid, const VoxelBlock& block, BlockSurface& surface) {
  surface.vertex_on.fill(kNoVertex);
  const Neighbourhood around(grid, block.index);
  const Vec3f corner = Vec3f(static_cast<float>(block.index.x), static_cast<float>(block.index.y),
                             static_cast<float>(block.index.z)) *
                       kBlockSide;
  for_each_voxel([&](int i, int j, int k) {
    const Voxel here = around.voxel(i, j, k);
    if (here.block == nullptr) return;
    for (int axis = 0; axis < 3; ++axis) {
      const Voxel there = around.voxel(i + (axis == 0), j + (axis == 1), k + (axis == 2));
      if (there.block == nullptr || (here.distance() < 0) == (there.distance() < 0)) continue;
      const float share = here.distance() / (here.distance() - there.distance());
      Vec3f position =
          corner + Vec3f(static_cast<float>(i), static_cast<float>(j), static_cast<float>(k));
      position[axis] += share;
      surface.vertex_on[static_cast<std::size_t>(axis) * kBlockVoxels + here.number] =
          static_cast<std::int32_t>(surface.positions_m.size());
      surface.positions_m.push_back(position * grid.voxel_size_m);
      if (grid.colored) surface.colors.push_back(color_between(here, there, share));
    }
  });
}

void find_triangles(const VoxelGrid& grid, const std::vector<BlockSurface>& surfaces,
                    const VoxelBlock& block, BlockSurface& surface) {
  const Neighbourhood around(grid, block.index);
  for_each_voxel([&](int i, int j, int k) {
    std::array<Voxel, 8> corners;
    unsigned below = 0;
    for (int c = 0; c < 8; ++c) {
      const Voxel voxel = around.voxel(i + (c & 1), j + (c >> 1 & 1), k + (c >> 2));
      if (voxel.block == nullptr) return;
      below |= static_cast<unsigned>(voxel.distance() < 0) << c;
      corners[static_cast<std::size_t>(c)] = voxel;
    }
    for (const std::array<std::uint8_t, 3>& edges : cube_triangles()[below]) {
      std::array<std::uint64_t, 3> triangle{};
      for (std::size_t e = 0; e < 3; ++e) {
        const CubeEdge edge = cube_edge(edges[e]);
        const Voxel& start = corners[static_cast<std::size_t>(edge.corner)];
        const BlockSurface& owner = surfaces[start.block_number];
        const std::int32_t vertex =
            owner.vertex_on[static_cast<std::size_t>(edge.axis) * kBlockVoxels + start.number];
        triangle[e] = owner.first_vertex + static_cast<std::uint64_t>(vertex);
      }
      surface.triangles.push_back(triangle);
    }
  });
}

/// Numbers of the vertices that triangles use, in order; kNoVertex for the others.
std::vector<std::int64_t> used_vertices(const std::vector<BlockSurface>& surfaces,
                                        std::uint64_t count) {
  std::vector<std::int64_t> number(count, kNoVertex);
  for (const BlockSurface& surface : surfaces) {
    for (const auto& triangle : surface.triangles) {
      for (const std::uint64_t vertex : triangle) number[vertex] = 0;
    }
  }
  std::int64_t next = 0;
  for (std::int64_t& n : number) {
    if (n != kNoVertex) n = next++;
  }
  return number;
}

/// Gives the blocks' surfaces back as they go.
Mesh join(std::vector<BlockSurface>& surfaces, std::uint64_t vertex_count) {
  const std::vector<std::int64_t> number = used_vertices(surfaces, vertex_count);
  Mesh mesh;
  for (BlockSurface& surface : surfaces) {
    for (std::size_t i = 0; i < surface.positions_m.size(); ++i) {
      if (number[surface.first_vertex + i] == kNoVertex) continue;
      mesh.vertices.positions_m.push_back(surface.positions_m[i]);
      if (!surface.colors.empty()) mesh.vertices.colors.push_back(surface.colors[i]);
    }
    for (const auto& t : surface.triangles) {
      mesh.triangles.push_back({static_cast<std::uint32_t>(number[t[0]]),
                                static_cast<std::uint32_t>(number[t[1]]),
                                static_cast<std::uint32_t>(number[t[2]])});
    }
    surface.triangles = {};
    surface.positions_m = {};
    surface.colors = {};
  }
  return mesh;
}

}  // namespace

Mesh extract_surface(const VoxelGrid& grid) {
  std::vector<BlockSurface> surfaces(grid.blocks.size());
  const auto count = static_cast<std::int64_t>(surfaces.size());
  const auto each = [&](const auto& work) {
    parallel_for(count, [&](std::int64_t i) {
      const auto n = static_cast<std::size_t>(i);
      work(*grid.blocks[n], surfaces[n]);
    });
  };
  each(
      [&](const VoxelBlock& block, BlockSurface& surface) { find_vertices(grid, block, surface); });
  std::uint64_t vertex_count = 0;
  for (BlockSurface& surface : surfaces) {
    surface.first_vertex = vertex_count;
    vertex_count += surface.positions_m.size();
  }
  each([&](const VoxelBlock& block, BlockSurface& surface) {
    find_triangles(grid, surfaces, block, surface);
  });
  return join(surfaces, vertex_count);
}

}  // namespace promptdepth
