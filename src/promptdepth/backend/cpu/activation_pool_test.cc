#include "promptdepth/backend/cpu/activation_pool.h"

#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth::cpu {
namespace {

TEST(ActivationPool, MapsHaveTheShapeTypeAndAlignmentAskedFor) {
  ActivationPool pool;
  for (const DType dtype : {DType::kF32, DType::kBF16}) {
    for (const std::int64_t channels : {1, 3, 17}) {
      const FeatureMap map = pool.make({2, 3, 5, channels}, dtype);
      EXPECT_EQ(map.shape(), (FeatureShape{2, 3, 5, channels}));
      EXPECT_EQ(map.dtype(), dtype);
      EXPECT_TRUE(map.unique());
      const Values values = pool.values(map);
      EXPECT_EQ(values.dtype, dtype);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data) % Arena::kAlignment, 0U);
    }
  }
}

TEST(ActivationPool, MapsDoNotOverlap) {
  ActivationPool pool;
  std::vector<FeatureMap> maps;
  for (std::int64_t i = 1; i < 20; ++i) {
    maps.push_back(pool.make({1, 1, 1, i * 7}, DType::kF32));
    std::memset(pool.values(maps.back()).data, static_cast<int>(i),
                static_cast<std::size_t>(i) * 7 * sizeof(float));
  }
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto* bytes = static_cast<const unsigned char*>(pool.values(maps[i]).data);
    for (std::size_t k = 0; k < (i + 1) * 7 * sizeof(float); ++k) ASSERT_EQ(bytes[k], i + 1);
  }
}

TEST(ActivationPool, MemoryIsUsedAgainOnceTheLastHandleIsGone) {
  ActivationPool pool;
  FeatureMap map = pool.make({1, 8, 8, 16}, DType::kF32);
  const void* memory = pool.values(map).data;
  FeatureMap copy = map;
  map = {};
  const FeatureMap other = pool.make({1, 8, 8, 16}, DType::kF32);
  EXPECT_NE(pool.values(other).data, memory);
  copy = {};
  EXPECT_EQ(pool.values(pool.make({1, 16, 8, 16}, DType::kBF16)).data, memory);
}

TEST(ActivationPool, TheSameCallsAgainTakeNoMoreMemory) {
  ActivationPool pool;
  const auto run = [&pool] {
    const FeatureMap a = pool.make({1, 100, 100, 3}, DType::kF32);
    FeatureMap b = pool.make({1, 50, 50, 64}, DType::kBF16);
    b = {};
    const FeatureMap c = pool.make({2, 10, 10, 1}, DType::kF32);
  };
  run();
  const std::size_t bytes = pool.arena().committed_bytes();
  const std::size_t growth = pool.arena().growth_count();
  for (int i = 0; i < 10; ++i) run();
  EXPECT_EQ(pool.arena().committed_bytes(), bytes);
  EXPECT_EQ(pool.arena().growth_count(), growth);
}

TEST(ActivationPool, RefusesMapsThatItHasNotMade) {
  ActivationPool pool;
  ActivationPool stranger;
  const FeatureMap map = stranger.make({1, 1, 1, 1}, DType::kF32);
  EXPECT_THROW(pool.values(map), Error);
  EXPECT_THROW(pool.values(FeatureMap()), Error);
}

TEST(ActivationPool, RefusesEmptyShapes) {
  ActivationPool pool;
  for (const FeatureShape& shape :
       {FeatureShape{0, 1, 1, 1}, FeatureShape{1, 0, 1, 1}, FeatureShape{1, 1, 0, 1},
        FeatureShape{1, 1, 1, 0}, FeatureShape{1, -1, -1, 1}}) {
    EXPECT_THROW(pool.make(shape, DType::kF32), Error) << shape.to_string();
  }
}

/// Taking more than there are addresses fails and leaves the pool as it was.
TEST(ActivationPool, SurvivesARefusedMap) {
  ActivationPool pool;
  EXPECT_THROW(pool.make({1, 1 << 20, 1 << 20, 1 << 14}, DType::kF32), Error);
  const FeatureMap map = pool.make({1, 1, 1, 5}, DType::kF32);
  EXPECT_NE(pool.values(map).data, nullptr);
}

}  // namespace
}  // namespace promptdepth::cpu
