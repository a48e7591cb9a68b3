#include "promptdepth/backend/conformance/cases.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(RandomOperands, AreNumbersOfBFloat16AndTheSameForTheSameName) {
  const MapValues first = RandomOperands("a").map({1, 2, 3, 4}, false);
  EXPECT_EQ(RandomOperands("a").map({1, 2, 3, 4}, false).values, first.values);
  EXPECT_NE(RandomOperands("b").map({1, 2, 3, 4}, false).values, first.values);
  for (const float value : first.values) {
    EXPECT_EQ(BFloat16::from_float(value).to_float(), value);
  }
}

TEST(RandomOperands, MapsHaveLargeAndTinyRows) {
  const MapValues x = RandomOperands("sizes").map({1, 1, 5, 64}, false);
  const auto size_of_row = [&](std::size_t row) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < 64; ++i) sum += std::abs(x.values[row * 64 + i]);
    return sum / 64.0F;
  };
  EXPECT_NEAR(size_of_row(0), 0.8F, 0.3F);
  EXPECT_NEAR(size_of_row(2), 800.0F, 300.0F);
  EXPECT_NEAR(size_of_row(4), 8e-4F, 3e-4F);
}

TEST(RandomOperands, ImagesAreInTheUnitInterval) {
  for (const float value : RandomOperands("image").image({1, 8, 8, 3}).values) {
    EXPECT_GE(value, 0.0F);
    EXPECT_LE(value, 1.0F);
  }
}

TEST(Transformed, LeavesAnAbsentTensorAbsent) {
  EXPECT_TRUE(transformed(HostTensor(), magnitude).empty());
  EXPECT_EQ(transformed(HostTensor::filled({2}, -3.0F), square).to_floats(),
            (std::vector<float>{9.0F, 9.0F}));
}

}  // namespace
}  // namespace promptdepth
