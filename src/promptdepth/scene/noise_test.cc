#include "promptdepth/scene/noise.h"

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

TEST(Noise, FloorsNegativeNumbersDownwards) {
  EXPECT_EQ(fast_floor(-0.25F), -1);
  EXPECT_EQ(fast_floor(-2.0F), -2);
  EXPECT_EQ(fast_floor(1.75F), 1);
  EXPECT_FLOAT_EQ(fraction(-0.25F), 0.75F);
}

TEST(Noise, StaysBetweenZeroAndOneAndTakesTheLatticesValues) {
  for (int i = 0; i < 500; ++i) {
    const float t = 0.37F * static_cast<float>(i) - 90;
    const float value = value_noise({t, -2 * t, 0.5F * t}, 7);
    EXPECT_GE(value, 0);
    EXPECT_LT(value, 1);
  }
  EXPECT_EQ(value_noise({3, -4, 5}, 9), lattice_value(3, -4, 5, 9));
  EXPECT_EQ(value_noise(3.0F, -4.0F, 9), lattice_value(3, -4, 0, 9));
}

TEST(Noise, IsTheSameWhateverWasAskedBefore) {
  // Seeds that share what is remembered, in one cell and in others.
  const float first = value_noise({0.5F, 0.25F, 0.75F}, 5);
  EXPECT_NE(value_noise({0.5F, 0.25F, 0.75F}, 5 + 64), first);
  EXPECT_NE(value_noise({1.5F, 0.25F, 0.75F}, 5), first);
  EXPECT_NE(value_noise({0.5F, 1.25F, 0.75F}, 5), first);
  EXPECT_NE(value_noise({0.5F, 0.25F, 1.75F}, 5), first);
  EXPECT_EQ(value_noise({0.5F, 0.25F, 0.75F}, 5), first);
}

TEST(Noise, ChangesSlowly) {
  // The smoothstep between lattice values rises by at most 1.5 per unit along each axis.
  for (int i = 0; i < 500; ++i) {
    const float t = 0.0137F * static_cast<float>(i);
    EXPECT_NEAR(value_noise({t, 0.3F, 0.6F}, 3), value_noise({t + 0.001F, 0.3F, 0.6F}, 3), 0.0016F);
  }
}

TEST(Noise, AveragesToTheMiddle) {
  double sum = 0;
  constexpr int kCount = 20000;
  for (int i = 0; i < kCount; ++i) sum += lattice_value(i, 2 * i + 1, -i, 5);
  // Uniform values: the mean's standard deviation is sqrt(1/12/n) = 0.002; five of them.
  EXPECT_NEAR(sum / kCount, 0.5, 0.01);
}

TEST(Noise, LeavesOutOctavesThatAPixelCannotSee) {
  EXPECT_EQ(fractal_noise({0.2F, 3.4F, 1.9F}, 1, 4, 100), 0.5F);
  EXPECT_NE(fractal_noise({0.2F, 3.4F, 1.9F}, 1, 4, 0), 0.5F);
  // One octave alone at full sight is value_noise.
  EXPECT_FLOAT_EQ(fractal_noise({0.2F, 3.4F, 1.9F}, 1, 1, 0), value_noise({0.2F, 3.4F, 1.9F}, 1));
}

}  // namespace
}  // namespace promptdepth::scene
