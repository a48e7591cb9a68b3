// Procedural rooms, walked through and fused: from exact depth, from a simulated phone's LiDAR
// alone, and from what the default model makes of it.
#include <cstdio>

#include <gtest/gtest.h>

#include "promptdepth/estimator/estimator.h"
#include "promptdepth/fusion/mesh_metrics.h"
#include "promptdepth/fusion/tsdf_volume.h"
#include "promptdepth/prompt/phone_lidar.h"
#include "promptdepth/scene/scene_path.h"

namespace promptdepth {
namespace {

constexpr int kFrames = 12;
constexpr int kFramesBetween = 5;
const TsdfOptions kVolume = tsdf_preset("benchmark");
constexpr MeshMetricOptions kMetrics{.samples = 200'000};

/// As the demo's phone: an anchor every 27 pixels of a photo of 1008 × 756.
DepthMap lidar_of(const RenderedFrame& frame, std::uint64_t seed) {
  PhoneLidarOptions options;
  options.prompt_width = 256;
  options.prompt_height = 192;
  options.bias = 0;
  options.bleed = 0;
  return simulate_phone_lidar(frame.depth, frame.image, options, seed);
}

PosedDepth view_of(const RenderedFrame& frame, DepthMap depth) {
  PosedDepth view{.depth = std::move(depth)};
  view.intrinsics = scale_intrinsics(frame.intrinsics, view.depth.width, view.depth.height);
  view.world_from_camera.matrix() = Eigen::Map<const Eigen::Matrix<double, 4, 4, Eigen::RowMajor>>(
      frame.world_from_camera.data());
  return view;
}

struct RoomScores {
  MeshMetrics exact;
  MeshMetrics prompt;
  MeshMetrics predicted;
};

/// The truth is the mesh of exact depth in voxels of half the size.
RoomScores fuse_room(std::uint64_t seed, const Estimator& estimator) {
  const ScenePath path(seed, {.width = 504, .height = 378, .kind = SceneKind::kRoom},
                       kFrames * kFramesBetween);
  TsdfOptions fine = kVolume;
  fine.voxel_size_m /= 2;
  TsdfVolume truth(fine);
  TsdfVolume exact(kVolume);
  TsdfVolume prompt(kVolume);
  TsdfVolume predicted(kVolume);
  for (int i = 0; i < kFrames; ++i) {
    const RenderedFrame frame = path.frame(i * kFramesBetween);
    const DepthMap lidar = lidar_of(frame, seed + static_cast<std::uint64_t>(i));
    const PosedDepth exact_view = view_of(frame, frame.depth);
    truth.integrate(exact_view);
    exact.integrate(exact_view);
    prompt.integrate(view_of(frame, lidar));
    predicted.integrate(view_of(frame, estimator.estimate(frame.image, lidar)));
  }
  const Mesh true_mesh = truth.extract_mesh();
  const auto score = [&](const TsdfVolume& volume) {
    return compare_meshes(volume.extract_mesh(), true_mesh, kMetrics);
  };
  return {score(exact), score(prompt), score(predicted)};
}

TEST(RoomFusion, TheDefaultModelsMeshBeatsThePrompts) {
  const Estimator estimator = Estimator::load_default();
  for (const std::uint64_t seed : {2, 4}) {
    const RoomScores scores = fuse_room(seed, estimator);
    EXPECT_GT(scores.exact.f_score, 0.99);
    EXPECT_LT(scores.exact.overall_m(), kVolume.voxel_size_m);
    // Clearly: at least a sixth of what the prompt gets wrong is right.
    EXPECT_LT(1 - scores.predicted.f_score, 5.0 / 6 * (1 - scores.prompt.f_score)) << seed;
    EXPECT_LT(scores.predicted.overall_m(), scores.prompt.overall_m()) << seed;
    std::printf("room %d: F %.3f of exact depth, %.3f of the prompt, %.3f of the default model\n",
                static_cast<int>(seed), scores.exact.f_score, scores.prompt.f_score,
                scores.predicted.f_score);
  }
}

}  // namespace
}  // namespace promptdepth
