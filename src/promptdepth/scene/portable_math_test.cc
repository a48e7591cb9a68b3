#include "promptdepth/scene/portable_math.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"

namespace promptdepth::scene {
namespace {

/// A rounding to float of a value of this size, and as much again.
double tolerance(double value) { return 1.2e-7 * std::fabs(value) + 1e-15; }

TEST(PortableMath, AgreesWithLibmToARoundingOfFloat) {
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const float x = random.uniform(-30, 30);
    const float y = random.uniform(-30, 30);
    const double dx = x;
    const double dy = y;
    EXPECT_NEAR(portable::sin(x), std::sin(dx), tolerance(1)) << x;
    EXPECT_NEAR(portable::cos(x), std::cos(dx), tolerance(1)) << x;
    const portable::SinCos both = portable::sin_cos(x);
    EXPECT_EQ(both.sin, portable::sin(x)) << x;
    EXPECT_EQ(both.cos, portable::cos(x)) << x;
    EXPECT_NEAR(portable::atan2(y, x), std::atan2(dy, dx), tolerance(4)) << y << " " << x;
    EXPECT_NEAR(portable::hypot(x, y), std::hypot(dx, dy), tolerance(60)) << x << " " << y;
    EXPECT_NEAR(portable::exp2(x), std::exp2(dx), tolerance(std::exp2(dx))) << x;
    const float base = random.uniform(1e-4F, 3);
    const double power = std::pow(static_cast<double>(base), dx / 3);
    EXPECT_NEAR(portable::pow(base, x / 3), std::pow(static_cast<double>(base), x / 3.0F),
                tolerance(power))
        << base << " " << x;
    const float sine = random.uniform(-1, 1);
    EXPECT_NEAR(portable::asin(sine), std::asin(static_cast<double>(sine)), 4e-7) << sine;
    const float angle = random.uniform(-1.4F, 1.4F);
    const double tangent = std::tan(static_cast<double>(angle));
    EXPECT_NEAR(portable::tan(angle), tangent, tolerance(tangent)) << angle;
  }
}

TEST(PortableMath, KnowsTheSpecialValues) {
  EXPECT_EQ(portable::sin(0), 0);
  EXPECT_EQ(portable::cos(0), 1);
  EXPECT_EQ(portable::atan2(0, 0), 0);
  EXPECT_EQ(portable::atan2(1, 0), 1.57079632679F);
  EXPECT_EQ(portable::atan2(0, -2), 3.14159265359F);
  EXPECT_EQ(portable::asin(2), 1.57079632679F);
  EXPECT_EQ(portable::pow(0, 3), 0);
  EXPECT_EQ(portable::pow(2, 10), 1024);
  EXPECT_EQ(portable::exp2(-3), 0.125F);
}

}  // namespace
}  // namespace promptdepth::scene
