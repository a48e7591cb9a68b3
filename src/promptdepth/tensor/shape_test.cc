#include "promptdepth/tensor/shape.h"

#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(Shape, CountsItsElements) {
  EXPECT_EQ(Shape({2, 3, 4}).element_count(), 24);
  EXPECT_EQ(Shape().element_count(), 1);
  EXPECT_EQ(Shape({5, 0}).element_count(), 0);
}

TEST(Shape, PrintsLikeAList) {
  EXPECT_EQ(Shape({1, 1370, 384}).to_string(), "[1, 1370, 384]");
  EXPECT_EQ(Shape().to_string(), "[]");
}

TEST(Shape, IsEqualOnlyToTheSameExtents) {
  EXPECT_EQ(Shape({2, 3}), Shape({2, 3}));
  EXPECT_NE(Shape({2, 3}), Shape({3, 2}));
  EXPECT_NE(Shape({2}), Shape({2, 1}));
}

TEST(Shape, RefusesNegativeExtentsAndTooManyAxes) {
  EXPECT_THROW(Shape({2, -1}), Error);
  EXPECT_THROW(Shape(std::vector<std::int64_t>(Shape::kMaxRank + 1, 1)), Error);
}

TEST(Shape, RefusesExtentsWhoseSmallMultiplesCouldOverflow) {
  const std::int64_t greatest = std::int64_t{1} << 40;
  EXPECT_EQ(Shape({0, greatest})[1], greatest);
  EXPECT_THROW(Shape({0, greatest + 1}), Error);
}

TEST(Shape, RefusesAProductThatOverflows) {
  const std::int64_t large = std::int64_t{1} << 32;
  EXPECT_THROW(static_cast<void>(Shape({large, large}).element_count()), Error);
  EXPECT_EQ(Shape({large, large, 0}).element_count(), 0);
}

}  // namespace
}  // namespace promptdepth
