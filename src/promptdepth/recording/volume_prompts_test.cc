#include "promptdepth/recording/volume_prompts.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

constexpr int kWidth = 64;
constexpr int kHeight = 48;
constexpr float kWall_m = 2.0F;

/// A wall at 2 m, seen by a camera beside the origin, with noise.
PosedDepth noisy_wall(int frame, float noise_m) {
  Random random(static_cast<std::uint64_t>(frame) + 1);
  PosedDepth view{
      .depth = DepthMap(kWidth, kHeight, kWall_m),
      .intrinsics = {
          .fx = 50, .fy = 50, .cx = 31.5, .cy = 23.5, .width = kWidth, .height = kHeight}};
  for (float& value : view.depth.values) value += noise_m * random.normal();
  view.world_from_camera.translation() =
      Eigen::Vector3d(0.02 * (frame % 5 - 2), 0.01 * (frame % 3 - 1), 0);
  return view;
}

VolumePrompts fused_walls() {
  VolumePrompts prompts({.voxel_size_m = 0.04, .truncation_m = 0.2, .color = false});
  for (int frame = 0; frame < 25; ++frame) prompts.add(noisy_wall(frame, 0.02F));
  prompts.finish();
  return prompts;
}

double mean_error(const DepthMap& depth, int border) {
  double sum = 0;
  int count = 0;
  for (int y = border; y < depth.height - border; ++y) {
    for (int x = border; x < depth.width - border; ++x, ++count)
      sum += std::abs(depth.at(x, y) - kWall_m);
  }
  return sum / count;
}

TEST(VolumePrompts, ManyFramesAverageTheNoiseAway) {
  const VolumePrompts prompts = fused_walls();
  const PosedDepth frame = noisy_wall(100, 0.02F);
  EXPECT_LT(mean_error(prompts.seen_by(frame), 4), 0.35 * mean_error(frame.depth, 4));
}

TEST(VolumePrompts, FillWhatAFrameMissed) {
  PosedDepth frame = noisy_wall(100, 0.0F);
  for (int y = 20; y < 30; ++y) {
    for (int x = 20; x < 40; ++x) frame.depth.at(x, y) = 0.0F;
  }
  EXPECT_NEAR(fused_walls().seen_by(frame).at(30, 25), kWall_m, 0.02);
}

TEST(VolumePrompts, KeepTheMeasurementOfWhatHasMoved) {
  PosedDepth frame = noisy_wall(100, 0.0F);
  for (int y = 15; y < 35; ++y) {
    for (int x = 20; x < 45; ++x) frame.depth.at(x, y) = 1.2F;
  }
  const DepthMap seen = fused_walls().seen_by(frame);
  EXPECT_EQ(seen.at(32, 25), 1.2F);
  EXPECT_NEAR(seen.at(8, 8), kWall_m, 0.02);
}

TEST(VolumePrompts, AFlyingPixelIsNoMovement) {
  PosedDepth frame = noisy_wall(100, 0.0F);
  frame.depth.at(30, 25) = 1.5F;
  EXPECT_NEAR(fused_walls().seen_by(frame).at(30, 25), kWall_m, 0.02);
}

}  // namespace
}  // namespace promptdepth
