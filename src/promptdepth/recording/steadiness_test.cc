#include "promptdepth/recording/steadiness.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr int kWidth = 40;
constexpr int kHeight = 30;

/// A wall at 2 m, predicted with an error; the camera stands `x_m` to the right and `z_m` nearer.
JudgedView wall(float error_m, double x_m = 0, double z_m = 0) {
  const auto depth = static_cast<float>(2.0 - z_m);
  JudgedView view{.predicted = {.depth = DepthMap(kWidth, kHeight, depth + error_m),
                                .intrinsics = {.fx = 40,
                                               .fy = 40,
                                               .cx = 19.5,
                                               .cy = 14.5,
                                               .width = kWidth,
                                               .height = kHeight}},
                  .truth = DepthMap(kWidth, kHeight, depth)};
  view.predicted.world_from_camera.translation() = Eigen::Vector3d(x_m, 0, z_m);
  return view;
}

TEST(Steadiness, ALastingErrorIsNoFlicker) {
  EXPECT_NEAR(change_of_static_points(wall(0.1F), wall(0.1F)), 0, 1e-6);
  EXPECT_NEAR(change_of_static_points(wall(0.1F), wall(0.1F, 0.05, 0.1)), 0, 1e-6);
}

TEST(Steadiness, IsTheChangeOfThePointsError) {
  EXPECT_NEAR(change_of_static_points(wall(0.1F), wall(-0.05F, 0.05, 0.1)), 0.15, 1e-6);
}

TEST(Steadiness, WhatMovedOrWasHiddenDoesNotCount) {
  JudgedView now = wall(0.02F);
  for (int y = 10; y < 20; ++y) {
    for (int x = 10; x < 20; ++x) {
      now.truth.at(x, y) = 1.0F;
      now.predicted.depth.at(x, y) = 1.9F;
    }
  }
  EXPECT_NEAR(change_of_static_points(wall(0.0F), now), 0.02, 1e-6);
}

TEST(Steadiness, IsZeroWhereNothingWasSeenTwice) {
  EXPECT_EQ(change_of_static_points(wall(0.5F), wall(0.0F, 50)), 0);
}

TEST(Steadiness, RefusesMapsOfOtherSizes) {
  JudgedView broken = wall(0);
  broken.truth = DepthMap(3, 3, 1.0F);
  EXPECT_THROW(change_of_static_points(broken, wall(0)), Error);
}

}  // namespace
}  // namespace promptdepth
