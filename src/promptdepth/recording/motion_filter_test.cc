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

TEST(SeenFrom, AWallIsSeenWhereItIs) {
  const DepthView from = wall({0, 0, 0});
  const DepthView to = wall({0.05, -0.02, 0.1});
  const DepthMap seen = seen_from(from, kCamera, to.world_from_camera);
  int holes = 0;
  for (std::size_t i = 0; i < seen.values.size(); ++i) {
    if (seen.values[i] == 0.0F)
      ++holes;
    else
      EXPECT_NEAR(seen.values[i], to.depth.values[i], 0.01);
  }
  EXPECT_LT(holes, kWidth * kHeight / 4);
}

TEST(SeenFrom, TheNearerPointHidesTheFarther) {
  DepthView view = wall({0, 0, 0});
  for (float& value : view.depth.values) value = 0.0F;
  view.depth.at(30, 20) = 1.0F;
  view.depth.at(31, 20) = 3.0F;
  // Half as large: both fall into one pixel.
  const Intrinsics half = scale_intrinsics(kCamera, kWidth / 2, kHeight / 2);
  EXPECT_EQ(seen_from(view, half, Eigen::Isometry3d::Identity()).at(15, 10), 1.0F);
}

TEST(MotionFilter, LeavesAnExactWallAsItIsHoweverTheCameraMoves) {
  MotionFilter filter;
  for (int frame = 0; frame < 10; ++frame) {
    const DepthView now = wall({0.01 * frame, -0.005 * frame, 0.02 * frame});
    const DepthMap steady = filter.filter(now);
    EXPECT_LT(rms_error(steady, now.depth), 0.004);
  }
}

TEST(MotionFilter, NoiseFallsWithTheNumberOfFrames) {
  Random random(1);
  MotionFilter filter({.frames = 8, .tolerance = 0.2F});
  DepthMap steady;
  for (int frame = 0; frame < 12; ++frame) {
    DepthView now = wall({0, 0, 0});
    for (float& value : now.depth.values) value += 0.01F * random.normal();
    steady = filter.filter(now);
  }
  EXPECT_NEAR(rms_error(steady, wall({0, 0, 0}).depth), 0.01 / 3, 0.0006);
}

/// A box before the wall; `left` is its first column.
DepthView box(int left) {
  DepthView view = wall({0, 0, 0});
  for (int y = 4; y < 44; ++y) {
    for (int x = left; x < left + 30; ++x) view.depth.at(x, y) = 1.0F;
  }
  return view;
}

TEST(MotionFilter, AnEdgeThatFlickersGoesWithTheMajority) {
  MotionFilter filter;
  for (int frame = 0; frame < 20; ++frame) {
    const DepthMap steady = filter.filter(box(frame % 4 == 3 ? 12 : 10));
    if (frame < 6) continue;
    EXPECT_LT(rms_error(steady, box(10).depth), 1e-3) << frame;
  }
}

TEST(MotionFilter, KeepsWhatHasMovedByItself) {
  MotionFilter filter;
  for (int frame = 0; frame < 7; ++frame) filter.filter(wall({0, 0, 0}));
  const DepthView now = box(20);
  const DepthMap steady = filter.filter(now);
  for (int y = 12; y < 36; ++y) {
    for (int x = 26; x < 44; ++x) EXPECT_EQ(steady.at(x, y), 1.0F);
  }
}

TEST(MotionFilter, HolesStayHoles) {
  MotionFilter filter;
  for (int frame = 0; frame < 3; ++frame) filter.filter(wall({0, 0, 0}));
  DepthView now = wall({0, 0, 0});
  now.depth.at(5, 5) = 0.0F;
  EXPECT_EQ(filter.filter(now).at(5, 5), 0.0F);
}

TEST(MotionFilter, RefusesOptionsOutOfRange) {
  EXPECT_THROW(MotionFilter({.frames = 0}), Error);
  EXPECT_THROW(MotionFilter({.tolerance = 0.0F}), Error);
}

}  // namespace
}  // namespace promptdepth
