#include "promptdepth/fusion/visible_blocks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

/// Keys as they are met; most repetitions are dropped at once.
class KeyList {
 public:
  void add(BlockKey key) {
    BlockKey& recent = recent_[(key * 0x9e3779b97f4a7c15ULL) >> 52];
    if (recent == key) return;
    recent = key;
    keys_.push_back(key);
  }

  const std::vector<BlockKey>& keys() const { return keys_; }

 private:
  std::array<BlockKey, 4096> recent_{};  // 0 is no block's key.
  std::vector<BlockKey> keys_;
};

/// Rays so far apart that they are about a voxel from each other at the greatest depth.
int pixels_between_rays(const Intrinsics& camera, const TsdfOptions& options) {
  const double pixels = options.voxel_size_m * std::min(camera.fx, camera.fy) / options.max_depth_m;
  return static_cast<int>(std::clamp(pixels, 1.0, 64.0));
}

class RayFollower {
 public:
  RayFollower(const PosedDepth& view, const TsdfOptions& options)
      : view_(view),
        options_(options),
        block_m_(options.voxel_size_m * kBlockSide),
        // A voxel belongs to the block that its centre lies in: half a voxel to either side.
        origin_(view.world_from_camera.translation() / block_m_ +
                Eigen::Vector3d::Constant(0.5 / kBlockSide)) {
    const Eigen::Vector3d reach =
        origin_.cwiseAbs().array() +
        2 * (options.max_depth_m + options.truncation_m) * longest_ray() / block_m_;
    if (reach.maxCoeff() > kMostBlocks) {
      fail(ErrorKind::kInvalidData,
           "expected the view '{}' within {} blocks of {} m from the world's origin, found it "
           "farther away",
           view.name, kMostBlocks, block_m_);
    }
  }

  void follow_row(int y, int step, KeyList& keys) const {
    for (int x = 0; x < view_.depth.width; x += step) {
      const double z = view_.depth.at(x, y);
      if (z > 0 && z >= options_.min_depth_m && z <= options_.max_depth_m) follow(x, y, z, keys);
    }
  }

 private:
  Eigen::Vector3d ray(double x, double y) const {
    const Intrinsics& camera = view_.intrinsics;
    return {(x - camera.cx) / camera.fx, (y - camera.cy) / camera.fy, 1.0};
  }

  double longest_ray() const {
    const double right = view_.depth.width;
    const double bottom = view_.depth.height;
    return std::max(
        {ray(0, 0).norm(), ray(right, 0).norm(), ray(0, bottom).norm(), ray(right, bottom).norm()});
  }

  /// Every half block from a truncation before the surface to a truncation behind it.
  void follow(int x, int y, double z, KeyList& keys) const {
    const Eigen::Vector3d direction = view_.world_from_camera.linear() * ray(x, y) / block_m_;
    const double from = std::max(0.0, z - options_.truncation_m);
    const double to = z + options_.truncation_m;
    const int steps = static_cast<int>(std::ceil((to - from) * direction.norm() / 0.5));
    for (int i = 0; i <= steps; ++i) {
      const Eigen::Vector3d at = origin_ + (from + (to - from) * i / steps) * direction;
      keys.add(key_of({static_cast<int>(std::floor(at.x())), static_cast<int>(std::floor(at.y())),
                       static_cast<int>(std::floor(at.z()))}));
    }
  }

  const PosedDepth& view_;
  const TsdfOptions& options_;
  double block_m_;
  Eigen::Vector3d origin_;  ///< The camera's centre on the grid of blocks.
};

}  // namespace

std::vector<BlockKey> visible_blocks(const PosedDepth& view, const TsdfOptions& options) {
  const RayFollower follower(view, options);
  const int step = pixels_between_rays(view.intrinsics, options);
  const int rows = (view.depth.height + step - 1) / step;
  constexpr int kRowsTogether = 16;
  std::vector<std::vector<BlockKey>> found(
      static_cast<std::size_t>((rows + kRowsTogether - 1) / kRowsTogether));
  parallel_for(static_cast<std::int64_t>(found.size()), [&](std::int64_t band) {
    KeyList list;
    const int first = static_cast<int>(band) * kRowsTogether;
    for (int row = first; row < std::min(rows, first + kRowsTogether); ++row) {
      follower.follow_row(row * step, step, list);
    }
    found[static_cast<std::size_t>(band)] = list.keys();
  });
  std::vector<BlockKey> keys;
  for (const auto& part : found) keys.insert(keys.end(), part.begin(), part.end());
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace promptdepth
