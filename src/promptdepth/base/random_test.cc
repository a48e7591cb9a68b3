#include "promptdepth/base/random.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(Random, SameSeedSameNumbersOnEveryMachine) {
  EXPECT_EQ(splitmix64(0),
            0xe220a8397b1dcdafULL);  // First output of the published generator with seed 0.
  Random a(7);
  Random b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next_u64(), b.next_u64());
}

TEST(Random, MomentsOfUniformAndNormal) {
  Random random(1);
  const int count = 200000;
  double uniform_sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  for (int i = 0; i < count; ++i) {
    const float u = random.uniform();
    ASSERT_GE(u, 0.0F);
    ASSERT_LT(u, 1.0F);
    uniform_sum += u;
    const double z = random.normal();
    normal_sum += z;
    normal_squares += z * z;
  }
  // Five standard errors of each mean.
  EXPECT_NEAR(uniform_sum / count, 0.5, 5 * 0.2887 / std::sqrt(count));
  EXPECT_NEAR(normal_sum / count, 0.0, 5 / std::sqrt(count));
  EXPECT_NEAR(normal_squares / count, 1.0, 5 * std::sqrt(2.0 / count));
}

}  // namespace
}  // namespace promptdepth
