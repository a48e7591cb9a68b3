#include "promptdepth/prompt/nearest_measured.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

using Found = std::vector<std::vector<Neighbour>>;

std::size_t index_of(const DepthMap& map, int x, int y) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width) +
         static_cast<std::size_t>(x);
}

Found found_by_search(const DepthMap& map, int count) {
  Found found(map.pixel_count());
  std::mutex mutex;
  visit_holes(map, count, [&](int x, int y, std::span<const Neighbour> neighbours) {
    const std::lock_guard lock(mutex);
    auto& entry = found[index_of(map, x, y)];
    EXPECT_TRUE(entry.empty()) << "visited twice";
    entry.assign(neighbours.begin(), neighbours.end());
  });
  return found;
}

Found found_by_force(const DepthMap& map, int count) {
  std::vector<std::pair<int, int>> points;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (map.at(x, y) > 0) points.emplace_back(x, y);
    }
  }
  Found found(map.pixel_count());
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (map.at(x, y) > 0) continue;
      std::vector<std::tuple<int, int, int>> order;  // squared distance, then row-major
      order.reserve(points.size());
      for (const auto& [px, py] : points) {
        order.emplace_back((px - x) * (px - x) + (py - y) * (py - y), py, px);
      }
      std::sort(order.begin(), order.end());
      if (order.size() > static_cast<std::size_t>(count))
        order.resize(static_cast<std::size_t>(count));
      for (const auto& [d2, py, px] : order) {
        found[index_of(map, x, y)].push_back({px, py, std::sqrt(static_cast<float>(d2))});
      }
    }
  }
  return found;
}

void expect_same(const Found& found, const Found& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].size(), expected[i].size()) << "pixel " << i;
    for (std::size_t j = 0; j < found[i].size(); ++j) {
      ASSERT_EQ(found[i][j].x, expected[i][j].x) << "pixel " << i << ", neighbour " << j;
      ASSERT_EQ(found[i][j].y, expected[i][j].y) << "pixel " << i << ", neighbour " << j;
      ASSERT_FLOAT_EQ(found[i][j].distance_px, expected[i][j].distance_px) << "pixel " << i;
    }
  }
}

/// Each pixel is measured with the given probability.
DepthMap scattered(int width, int height, float density, std::uint64_t seed) {
  DepthMap map(width, height);
  Random random(seed);
  for (float& z : map.values) z = random.chance(density) ? 1.0F : 0.0F;
  map.at(width / 2, height / 2) = 1;  // never none
  return map;
}

TEST(PromptNearestMeasured, FindsWhatBruteForceFindsAtEveryDensity) {
  for (const float density : {0.0005F, 0.005F, 0.037F, 0.3F, 0.97F}) {
    const DepthMap map = scattered(133, 71, density, 7);
    expect_same(found_by_search(map, 4), found_by_force(map, 4));
  }
}

TEST(PromptNearestMeasured, FindsWhatBruteForceFindsFarFromACluster) {
  DepthMap map(200, 150);
  for (int y = 140; y < 150; ++y) {
    for (int x = 0; x < 30; ++x) map.at(x, y) = (x + y) % 3 == 0 ? 1.0F : 0.0F;
  }
  expect_same(found_by_search(map, 4), found_by_force(map, 4));
}

TEST(PromptNearestMeasured, BreaksTiesInRowMajorOrder) {
  DepthMap map(90, 70);
  for (int y = 0; y < map.height; y += 6) {
    for (int x = 0; x < map.width; x += 6) map.at(x, y) = 1;
  }
  expect_same(found_by_search(map, 3), found_by_force(map, 3));
}

TEST(PromptNearestMeasured, FindsWhatBruteForceFindsForEveryCountAndThinMaps) {
  for (const int count : {1, 2, 5, kMaxNeighbours}) {
    const DepthMap map = scattered(70, 66, 0.02F, 3);
    expect_same(found_by_search(map, count), found_by_force(map, count));
    const DepthMap line = scattered(301, 1, 0.05F, 4);
    expect_same(found_by_search(line, count), found_by_force(line, count));
  }
}

TEST(PromptNearestMeasured, TakesAllWhenThereAreFewer) {
  DepthMap map(100, 80);
  map.at(99, 79) = 1;
  map.at(0, 0) = 1;
  const Found found = found_by_search(map, 4);
  EXPECT_EQ(found[1].size(), 2U);
  expect_same(found, found_by_force(map, 4));
}

TEST(PromptNearestMeasured, RefusesAMapWithoutMeasurement) {
  EXPECT_THROW(visit_holes(DepthMap(4, 3), 4, [](int, int, std::span<const Neighbour>) {}), Error);
}

}  // namespace
}  // namespace promptdepth
