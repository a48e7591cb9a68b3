#include "promptdepth/fusion/surface_extraction.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

/// Every voxel of the blocks from `low` to `high` with the distance that a function gives, 1 m
/// apart.
struct FilledGrid {
  template <typename Distance>
  FilledGrid(int low, int high, const Distance& distance) {
    for (int z = low; z <= high; ++z) {
      for (int y = low; y <= high; ++y) {
        for (int x = low; x <= high; ++x) add({x, y, z}, distance);
      }
    }
  }

  template <typename Distance>
  void add(const BlockIndex& index, const Distance& distance) {
    auto block = std::make_unique<VoxelBlock>();
    block->index = index;
    block->weight.fill(1);
    for (int k = 0; k < kBlockSide; ++k) {
      for (int j = 0; j < kBlockSide; ++j) {
        for (int i = 0; i < kBlockSide; ++i) {
          block->distance[voxel_number(i, j, k)] = static_cast<float>(distance(
              index.x * kBlockSide + i, index.y * kBlockSide + j, index.z * kBlockSide + k));
        }
      }
    }
    number_of.emplace(key_of(index), blocks.size());
    blocks.push_back(std::move(block));
  }

  Mesh mesh() const {
    return extract_surface({.blocks = blocks,
                            .number_of = number_of,
                            .voxel_size_m = 1,
                            .least_weight = 1,
                            .colored = !blocks[0]->color.empty()});
  }

  std::vector<std::unique_ptr<VoxelBlock>> blocks;
  std::unordered_map<BlockKey, std::size_t> number_of;
};

/// Uneven but the same everywhere: a hash of the coordinates.
double noise(int x, int y, int z) {
  const unsigned h = static_cast<unsigned>(x) * 73856093U ^ static_cast<unsigned>(y) * 19349663U ^
                     static_cast<unsigned>(z) * 83492791U;
  return static_cast<double>(h % 1000U) / 1000.0 - 0.5;
}

TEST(SurfaceExtraction, ALinearFunctionGivesItsPlaneAcrossBlocks) {
  const FilledGrid grid(-1, 1, [](int x, int y, int z) { return 0.1 * x + 0.2 * y + z - 3.35; });
  const Mesh mesh = grid.mesh();
  ASSERT_GT(mesh.triangles.size(), 2U * 23 * 23 - 1);
  for (const Vec3f& p : mesh.vertices.positions_m) {
    ASSERT_NEAR(0.1F * p.x() + 0.2F * p.y() + p.z(), 3.35F, 1e-5F);
  }
  for (const Triangle& triangle : mesh.triangles) {
    ASSERT_GT(doubled_area_normal(mesh, triangle).z(), 0) << "the front is where it grows";
  }
}

TEST(SurfaceExtraction, EvenNoiseGivesAClosedSurfaceInsideTheGrid) {
  // Every ambiguous case occurs; a border may only lie on the grid's own.
  const FilledGrid grid(0, 1, noise);
  const Mesh mesh = grid.mesh();
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> balance;
  for (const Triangle& t : mesh.triangles) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t a = t[i];
      const std::uint32_t b = t[(i + 1) % 3];
      balance[{std::min(a, b), std::max(a, b)}] += a < b ? 1 : -1;
    }
  }
  const auto on_border = [&](std::uint32_t vertex) {
    const Vec3f& p = mesh.vertices.positions_m[vertex];
    return p.minCoeff() < 1e-5F || p.maxCoeff() > 15 - 1e-5F;
  };
  std::size_t inner = 0;
  for (const auto& [edge, count] : balance) {
    if (on_border(edge.first) && on_border(edge.second)) continue;
    ++inner;
    ASSERT_EQ(count, 0);
  }
  EXPECT_GT(inner, 5000U);
}

TEST(SurfaceExtraction, UnknownVoxelsEndTheSurface) {
  FilledGrid grid(0, 0, [](int, int, int z) { return z - 3.5; });
  EXPECT_EQ(grid.mesh().triangles.size(), 2U * 7 * 7);
  grid.blocks[0]->weight[voxel_number(0, 0, 3)] = 0;
  const Mesh mesh = grid.mesh();
  EXPECT_EQ(mesh.triangles.size(), 2U * 7 * 7 - 2);
  EXPECT_EQ(mesh.vertices.positions_m.size(), 63U) << "vertices without a triangle are left out";
}

TEST(SurfaceExtraction, ColoursComeFromWhereThereAreSome) {
  FilledGrid grid(0, 0, [](int, int, int z) { return z - 3.25; });
  auto& color = grid.blocks[0]->color;
  color.resize(kBlockVoxels);
  for (int j = 0; j < kBlockSide; ++j) {
    for (int i = 0; i < kBlockSide; ++i) {
      color[voxel_number(i, j, 3)] = {1.0F, 0.0F, 0.2F, 1.0F};
      if (i < 4) color[voxel_number(i, j, 4)] = {0.0F, 1.0F, 0.2F, 1.0F};
    }
  }
  const Mesh mesh = grid.mesh();
  ASSERT_EQ(mesh.vertices.colors.size(), 64U);
  for (std::size_t i = 0; i < 64; ++i) {
    const bool both = mesh.vertices.positions_m[i].x() < 3.5F;
    EXPECT_EQ(mesh.vertices.colors[i], both ? (Rgb8{191, 64, 51}) : (Rgb8{255, 0, 51}));
  }
}

}  // namespace
}  // namespace promptdepth
