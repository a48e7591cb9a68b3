#include "promptdepth/backend/feature_map.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

class CountingBuffer : public FeatureBuffer {
 public:
  void recycle() override { ++recycled; }
  int recycled = 0;
};

TEST(FeatureMap, GivesTheBufferBackWhenTheLastHandleGoes) {
  CountingBuffer buffer;
  {
    FeatureMap a({1, 2, 3, 4}, DType::kF32, &buffer);
    EXPECT_TRUE(a.unique());
    {
      const FeatureMap b = a;
      EXPECT_FALSE(a.unique());
      EXPECT_EQ(b.shape(), a.shape());
    }
    EXPECT_TRUE(a.unique());
    const FeatureMap moved = std::move(a);
    EXPECT_TRUE(moved.unique());
    EXPECT_EQ(buffer.recycled, 0);
  }
  EXPECT_EQ(buffer.recycled, 1);
}

TEST(FeatureMap, AssignmentLetsGoOfTheOldBuffer) {
  CountingBuffer first;
  CountingBuffer second;
  FeatureMap x({1, 1, 1, 1}, DType::kF32, &first);
  x = FeatureMap({1, 1, 1, 1}, DType::kF32, &second);
  EXPECT_EQ(first.recycled, 1);
  x = {};
  EXPECT_EQ(second.recycled, 1);
  EXPECT_FALSE(static_cast<bool>(x));
}

TEST(FeatureShape, CountsRowsAndElements) {
  const FeatureShape shape{2, 3, 5, 7};
  EXPECT_EQ(shape.row_count(), 30);
  EXPECT_EQ(shape.element_count(), 210);
  EXPECT_EQ(shape.to_string(), "2x3x5x7");
}

}  // namespace
}  // namespace promptdepth
