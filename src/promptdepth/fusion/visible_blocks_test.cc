#include "promptdepth/fusion/visible_blocks.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/fusion/exact_views_for_test.h"

namespace promptdepth {
namespace {

using testing::camera_for_test;
using testing::exact_view;

constexpr TsdfOptions kOptions{.voxel_size_m = 0.02, .truncation_m = 0.08};

TEST(VisibleBlocks, KeysAndIndicesAreInverse) {
  for (const BlockIndex& index : {BlockIndex{0, 0, 0}, BlockIndex{-1, 2, -3},
                                  BlockIndex{kMostBlocks, -kMostBlocks, kMostBlocks}}) {
    const BlockIndex back = index_of(key_of(index));
    EXPECT_EQ(back.x, index.x);
    EXPECT_EQ(back.y, index.y);
    EXPECT_EQ(back.z, index.z);
  }
}

TEST(VisibleBlocks, AreTheLayersAroundAPlaneThatTheTruncationReaches) {
  // Blocks of 0.16 m; the plane at 2.0 m with 0.08 m to either side lies in blocks 12 (from 1.91 m)
  // and 13 (from 2.07 m).
  const std::vector<BlockKey> keys = visible_blocks(
      exact_view(testing::plane({0, 0, 1}, 2.0), camera_for_test(), Eigen::Isometry3d::Identity()),
      kOptions);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  std::set<int> layers;
  std::set<std::pair<int, int>> columns;
  for (const BlockKey key : keys) {
    const BlockIndex index = index_of(key);
    layers.insert(index.z);
    columns.emplace(index.x, index.y);
  }
  EXPECT_EQ(layers, (std::set<int>{12, 13}));
  const int across = 2 * static_cast<int>(std::ceil(2.0 * 160 / 280 / 0.16));
  const int down = 2 * static_cast<int>(std::ceil(2.0 * 120 / 280 / 0.16));
  EXPECT_NEAR(static_cast<double>(columns.size()), across * down, across + down);
  EXPECT_EQ(keys.size(), std::set<BlockKey>(keys.begin(), keys.end()).size());
}

TEST(VisibleBlocks, RefusesWhatLiesTooFarFromTheOrigin) {
  PosedDepth view =
      exact_view(testing::plane({0, 0, 1}, 2.0), camera_for_test(), Eigen::Isometry3d::Identity());
  view.world_from_camera.translation().x() = 0.16 * kMostBlocks;
  EXPECT_THROW(visible_blocks(view, kOptions), Error);
}

}  // namespace
}  // namespace promptdepth
