#include "promptdepth/prompt/blur_measured.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(PromptBlur, KeepsAPlaneAwayFromTheBorder) {
  DepthMap plane(40, 30);
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 40; ++x) {
      plane.at(x, y) = 2 + 0.05F * static_cast<float>(x) - 0.02F * static_cast<float>(y);
    }
  }
  const DepthMap blurred = blur_measured(plane, 1.5F);
  for (int y = 6; y < 24; ++y) {
    for (int x = 6; x < 34; ++x) EXPECT_NEAR(blurred.at(x, y), plane.at(x, y), 1e-5F);
  }
}

TEST(PromptBlur, SpreadsAStepByItsSigma) {
  DepthMap step(41, 1, 1.0F);
  for (int x = 20; x < 41; ++x) step.at(x, 0) = 2;
  const DepthMap blurred = blur_measured(step, 2);
  for (int x = 8; x < 33; ++x) {
    const double expected = 1 + 0.5 * std::erfc(-(x - 19.5) / (2 * std::sqrt(2.0)));
    EXPECT_NEAR(blurred.at(x, 0), expected, 0.01);
  }
}

TEST(PromptBlur, KeepsHolesAndDoesNotMixThemIn) {
  DepthMap map(20, 20, 3.0F);
  map.at(10, 10) = 0;
  map.at(0, 5) = 0;
  const DepthMap blurred = blur_measured(map, 1);
  for (std::size_t i = 0; i < map.pixel_count(); ++i) {
    EXPECT_FLOAT_EQ(blurred.values[i], map.values[i]);
  }
}

TEST(PromptBlur, LeavesTheMapAsItIsAtSigmaZero) {
  DepthMap map(3, 2, 1.0F);
  map.at(1, 1) = 2;
  EXPECT_EQ(blur_measured(map, 0).values, map.values);
}

}  // namespace
}  // namespace promptdepth
