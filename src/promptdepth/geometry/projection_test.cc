#include "promptdepth/geometry/projection.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr Intrinsics kCamera{.fx = 50, .fy = 60, .cx = 31.5, .cy = 23.5, .width = 64, .height = 48};

TEST(ProjectPoints, IsTheInverseOfUnprojection) {
  DepthMap depth(64, 48);
  for (int y = 0; y < 48; y += 3) {
    for (int x = 0; x < 64; x += 2) depth.at(x, y) = 1 + 0.1F * static_cast<float>(x + y);
  }
  EXPECT_EQ(project_points(unproject(depth, kCamera).positions_m, kCamera).values, depth.values);
}

TEST(ProjectPoints, KeepsTheNearestOfThoseThatMeet) {
  const std::vector<Vec3f> points = {{0, 0, 5}, {0, 0, 2}, {0, 0, 3}};
  const DepthMap map = project_points(points, kCamera);
  EXPECT_EQ(map.at(32, 24), 2);
}

TEST(ProjectPoints, LeavesOutWhatTheCameraDoesNotSee) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const std::vector<Vec3f> points = {{0, 0, -2},   {0, 0, 0},    {9, 0, 1},    {0, -9, 1},
                                     {kNaN, 0, 1}, {0, 0, kNaN}, {0, 0, kInf}, {-1e30F, 0, 1}};
  for (const float z : project_points(points, kCamera).values) ASSERT_EQ(z, 0);
  EXPECT_THROW(project_points(points, {.fx = 1, .fy = 1}), Error);
  EXPECT_THROW(project_points(points, {.width = 4, .height = 4}), Error);
}

}  // namespace
}  // namespace promptdepth
