#include "promptdepth/recording/motion_filter.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

constexpr int kWidth = 64;
constexpr int kHeight = 48;
constexpr Intrinsics kCamera = {
    .fx = 60, .fy = 60, .cx = 31.5, .cy = 23.5, .width = kWidth, .height = kHeight};

/// A wall z = 2 + 0.3 x of the world, seen by a camera that was moved without being turned.
DepthView wall(const Eigen::Vector3d& position) {
  DepthView view{.depth = DepthMap(kWidth, kHeight), .intrinsics = kCamera};
  view.world_from_camera.translation() = position;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double slope = (x - kCamera.cx) / kCamera.fx;
      view.depth.at(x, y) =
          static_cast<float>((2 + 0.3 * position.x() - position.z()) / (1 - 0.3 * slope));
    }
  }
  return view;
}

double rms_error(const DepthMap& found, const DepthMap& truth) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.values.size(); ++i)
    sum += std::pow(found.values[i] - truth.values[i], 2);
  return std::sqrt(sum / static_cast<double>(truth.values.size()));
}

TEST(SteadyDepth, LeavesAnExactWallAsItIsHoweverTheCameraMoved) {
  const DepthView now = wall({0.05, -0.02, 0.1});
  const DepthMap steady = steady_depth(now, wall({0, 0, 0}));
  for (std::size_t i = 0; i < steady.values.size(); ++i)
    EXPECT_NEAR(steady.values[i], now.depth.values[i], 2e-4);
}

TEST(SteadyDepth, NoiseFallsAsTheWeightSays) {
  Random random(1);
  const MotionFilterOptions options = {.weight = 0.8F, .tolerance = 0.5F};
  DepthView before = wall({0, 0, 0});
  const DepthMap truth = before.depth;
  for (int frame = 0; frame < 30; ++frame) {
    DepthView now = wall({0, 0, 0});
    for (float& value : now.depth.values) value += 0.01F * random.normal();
    now.depth = frame == 0 ? now.depth : steady_depth(now, before, options);
    before = now;
  }
  EXPECT_NEAR(rms_error(before.depth, truth), 0.01 * std::sqrt(0.2 / 1.8), 0.001);
}

TEST(SteadyDepth, KeepsNothingOfWhatHasMoved) {
  DepthView before = wall({0, 0, 0});
  DepthView now = wall({0, 0, 0});
  const auto put_box = [](DepthView& view, int left) {
    for (int y = 10; y < 30; ++y) {
      for (int x = left; x < left + 12; ++x) view.depth.at(x, y) = 1.0F;
    }
  };
  put_box(before, 10);
  put_box(now, 18);
  EXPECT_EQ(steady_depth(now, before).values, now.depth.values);
}

TEST(SteadyDepth, HolesStayHolesAndHolesBeforeChangeNothing) {
  DepthView now = wall({0, 0, 0});
  now.depth.at(5, 5) = 0.0F;
  DepthView before = wall({0, 0, 0});
  for (float& value : before.depth.values) value = 0.0F;
  EXPECT_EQ(steady_depth(now, before).values, now.depth.values);
}

TEST(SteadyDepth, RefusesOptionsOutOfRange) {
  const DepthView view = wall({0, 0, 0});
  EXPECT_THROW(steady_depth(view, view, {.weight = 1.0F}), Error);
  EXPECT_THROW(steady_depth(view, view, {.tolerance = 0.0F}), Error);
}

}  // namespace
}  // namespace promptdepth
