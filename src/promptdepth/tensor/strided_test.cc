#include "promptdepth/tensor/strided.h"

#include <cstring>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

template <typename T>
std::vector<T> gather(const Shape& shape, const std::vector<std::int64_t>& strides) {
  std::vector<T> source(100);
  std::iota(source.begin(), source.end(), T{0});
  std::vector<T> out(static_cast<std::size_t>(shape.element_count()));
  copy_strided(reinterpret_cast<const std::byte*>(source.data()), sizeof(T), shape, strides,
               reinterpret_cast<std::byte*>(out.data()));
  return out;
}

TEST(Strided, TransposesElementsOfEverySize) {
  EXPECT_THAT(gather<std::uint8_t>({2, 3}, {1, 2}), ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_THAT(gather<std::uint16_t>({2, 3}, {1, 2}), ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_THAT(gather<float>({2, 3}, {1, 2}), ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_THAT(gather<double>({2, 3}, {1, 2}), ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(Strided, WalksManyAxes) {
  EXPECT_THAT(gather<float>({2, 2, 1, 3}, {10, 1, 7, 20}),
              ElementsAre(0, 20, 40, 1, 21, 41, 10, 30, 50, 11, 31, 51));
}

TEST(Strided, RepeatsWhereTheStrideIsZero) {
  EXPECT_THAT(gather<float>({2, 3}, {0, 1}), ElementsAre(0, 1, 2, 0, 1, 2));
}

TEST(Strided, CopiesScalarsAndNothing) {
  EXPECT_THAT(gather<float>({}, {}), ElementsAre(0));
  EXPECT_TRUE(gather<float>({3, 0, 2}, {1, 1, 1}).empty());
}

TEST(Strided, RefusesElementsOfAnotherSize) {
  std::byte none[3] = {};
  const std::int64_t stride = 1;
  EXPECT_THROW(copy_strided(none, 3, {1}, {&stride, 1}, none), Error);
}

TEST(Strided, KnowsRowMajorOrder) {
  const auto row_major = [](const Shape& shape, const std::vector<std::int64_t>& strides) {
    return is_row_major(shape, strides);
  };
  EXPECT_TRUE(row_major({2, 3, 4}, {12, 4, 1}));
  EXPECT_TRUE(row_major({2, 1, 4}, {4, 99, 1}));
  EXPECT_TRUE(row_major({}, {}));
  EXPECT_TRUE(row_major({0, 5}, {7, 7}));
  EXPECT_FALSE(row_major({2, 3}, {1, 2}));
  EXPECT_FALSE(row_major({2, 3}, {4, 1}));
  EXPECT_FALSE(row_major({3}, {2}));
}

}  // namespace
}  // namespace promptdepth
