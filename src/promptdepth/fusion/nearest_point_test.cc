#include "promptdepth/fusion/nearest_point.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

std::vector<Vec3f> random_points(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Vec3f> points;
  for (std::size_t i = 0; i < count; ++i) {
    const float x = random.uniform(-2, 2);
    const float y = random.uniform(-2, 2);
    points.emplace_back(x, y, random.uniform(-1, 1));
  }
  return points;
}

TEST(NearestPoint, FindsWhatTryingAllFinds) {
  const std::vector<Vec3f> points = random_points(700, 1);
  const std::vector<Vec3f> queries = random_points(1500, 2);
  const std::vector<float> found = NearestPoint(points).distances_m(queries);
  ASSERT_EQ(found.size(), queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    float least = 1e9F;
    for (const Vec3f& point : points) least = std::min(least, (point - queries[i]).norm());
    ASSERT_NEAR(found[i], least, 1e-5F);
  }
}

TEST(NearestPoint, TakesOnePointAndManyTimesTheSame) {
  EXPECT_FLOAT_EQ(NearestPoint({{0, 0, 0}}).distances_m(std::vector<Vec3f>{{3, 4, 0}})[0], 5);
  const std::vector<Vec3f> same(1000, Vec3f(1, 1, 1));
  EXPECT_FLOAT_EQ(NearestPoint(same).distances_m(std::vector<Vec3f>{{1, 1, 2}})[0], 1);
  EXPECT_THROW(NearestPoint({}), Error);
}

}  // namespace
}  // namespace promptdepth
