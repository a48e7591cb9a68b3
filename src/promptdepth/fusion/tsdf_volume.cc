#include "promptdepth/fusion/tsdf_volume.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/fusion/surface_extraction.h"
#include "promptdepth/fusion/visible_blocks.h"

namespace promptdepth {
namespace {

/// A view in the form that voxels are compared with.
struct Projection {
  const PosedDepth& view;
  Eigen::Isometry3d camera_from_world;
  float voxel_size_m;
  float truncation_m;
  float min_depth_m;
  float max_depth_m;
};

void check(const PosedDepth& view) {
  const DepthMap& depth = view.depth;
  const Intrinsics& camera = view.intrinsics;
  const auto differs = [&](int width, int height) {
    return width != depth.width || height != depth.height;
  };
  if (differs(camera.width, camera.height)) {
    fail(ErrorKind::kInvalidArgument,
         "expected intrinsics of the depth map's {} x {} pixels for '{}', found {} x {}",
         depth.width, depth.height, view.name, camera.width, camera.height);
  }
  if (!view.color.empty() && differs(view.color.width, view.color.height)) {
    fail(ErrorKind::kInvalidArgument,
         "expected colours of the depth map's {} x {} pixels for '{}', found {} x {}", depth.width,
         depth.height, view.name, view.color.width, view.color.height);
  }
  if (!(camera.fx > 0 && camera.fy > 0)) {
    fail(ErrorKind::kInvalidArgument, "expected positive focal lengths for '{}', found {} and {}",
         view.name, camera.fx, camera.fy);
  }
  const Eigen::Matrix3d rotation = view.world_from_camera.linear();
  constexpr double kTolerance = 1e-3;  // Of poses stored with four digits.
  const bool rigid = view.world_from_camera.matrix().allFinite() &&
                     (rotation * rotation.transpose()).isIdentity(kTolerance) &&
                     rotation.determinant() > 0;
  if (!rigid) {
    fail(ErrorKind::kInvalidData,
         "expected a rotation and a translation as the pose of '{}', found something else",
         view.name);
  }
}

void average_color(std::array<float, 4>& voxel, const float* rgb) {
  const float rate = 1.0F / ++voxel[3];
  for (std::size_t c = 0; c < 3; ++c) voxel[c] += rate * (rgb[c] - voxel[c]);
}

/// Where the eight voxels of a row fall in a view.
struct ProjectedRow {
  std::array<float, kBlockSide> x_px;
  std::array<float, kBlockSide> y_px;
  std::array<float, kBlockSide> z_m;
};

ProjectedRow project_row(const Intrinsics& camera, const Vec3f& first, const Vec3f& step) {
  ProjectedRow row;
  const auto fx = static_cast<float>(camera.fx);
  const auto fy = static_cast<float>(camera.fy);
  const auto cx = static_cast<float>(camera.cx) + 0.5F;  // Rounds to the nearest pixel when cut.
  const auto cy = static_cast<float>(camera.cy) + 0.5F;
  for (std::size_t i = 0; i < kBlockSide; ++i) {
    const auto s = static_cast<float>(i);
    const float z = first.z() + s * step.z();
    row.z_m[i] = z;
    row.x_px[i] = fx * (first.x() + s * step.x()) / z + cx;
    row.y_px[i] = fy * (first.y() + s * step.y()) / z + cy;
  }
  return row;
}

/// The average with one more view, of a row of eight voxels from number `first_voxel`.
void update_row(VoxelBlock& block, std::size_t first_voxel, const Projection& to,
                const ProjectedRow& row) {
  const DepthMap& depth = to.view.depth;
  const auto width = static_cast<float>(depth.width);
  const auto height = static_cast<float>(depth.height);
  for (std::size_t i = 0; i < kBlockSide; ++i) {
    const bool inside = row.z_m[i] > 0 && row.x_px[i] >= 0 && row.x_px[i] < width &&
                        row.y_px[i] >= 0 && row.y_px[i] < height;
    if (!inside) continue;
    const auto x = static_cast<int>(row.x_px[i]);
    const auto y = static_cast<int>(row.y_px[i]);
    const float z = depth.at(x, y);
    if (!(z >= to.min_depth_m && z <= to.max_depth_m) || z <= 0) continue;
    const float distance_m = z - row.z_m[i];
    if (distance_m < -to.truncation_m) continue;  // Hidden behind the surface: nothing is known.
    const std::size_t voxel = first_voxel + i;
    const float distance = std::min(1.0F, distance_m / to.truncation_m);
    const float weight = ++block.weight[voxel];
    block.distance[voxel] += (distance - block.distance[voxel]) / weight;
    const bool near = distance < 1.0F;  // Beyond, the pixel shows another surface.
    if (near && !block.color.empty() && !to.view.color.empty()) {
      average_color(block.color[voxel], to.view.color.at(x, y));
    }
  }
}

void update_block(VoxelBlock& block, const Projection& to) {
  const Eigen::Vector3d corner =
      Eigen::Vector3d(block.index.x, block.index.y, block.index.z) * kBlockSide * to.voxel_size_m;
  const Vec3f first = (to.camera_from_world * corner).cast<float>();
  const Eigen::Matrix3f step = to.camera_from_world.linear().cast<float>() * to.voxel_size_m;
  for (int k = 0; k < kBlockSide; ++k) {
    for (int j = 0; j < kBlockSide; ++j) {
      const Vec3f row_start =
          first + static_cast<float>(j) * step.col(1) + static_cast<float>(k) * step.col(2);
      update_row(block, voxel_number(0, j, k), to,
                 project_row(to.view.intrinsics, row_start, step.col(0)));
    }
  }
}

}  // namespace

TsdfVolume::TsdfVolume(const TsdfOptions& options) : options_(options) { options_.validate(); }

void TsdfVolume::integrate(const PosedDepth& view) {
  check(view);
  const std::vector<BlockKey> keys = visible_blocks(view, options_);
  make_room(keys, view.name);
  colored_ = colored_ || (options_.color && !view.color.empty());
  const Projection projection{.view = view,
                              .camera_from_world = view.world_from_camera.inverse(),
                              .voxel_size_m = static_cast<float>(options_.voxel_size_m),
                              .truncation_m = static_cast<float>(options_.truncation_m),
                              .min_depth_m = static_cast<float>(options_.min_depth_m),
                              .max_depth_m = static_cast<float>(options_.max_depth_m)};
  std::vector<VoxelBlock*> visible;
  visible.reserve(keys.size());
  for (const BlockKey key : keys) visible.push_back(blocks_[number_of_.at(key)].get());
  parallel_for(static_cast<std::int64_t>(visible.size()), [&](std::int64_t i) {
    update_block(*visible[static_cast<std::size_t>(i)], projection);
  });
}

std::size_t TsdfVolume::bytes_per_block() const {
  const std::size_t colors = options_.color ? kBlockVoxels * sizeof(std::array<float, 4>) : 0;
  constexpr std::size_t kBookkeeping = 96;  // Pointers, the table's entry, the allocator's own.
  return sizeof(VoxelBlock) + colors + kBookkeeping + kExtractionBytesPerBlock;
}

void TsdfVolume::make_room(const std::vector<BlockKey>& keys, const std::string& view_name) {
  std::vector<BlockKey> added;
  for (const BlockKey key : keys) {
    if (!number_of_.contains(key)) added.push_back(key);
  }
  const double bytes =
      static_cast<double>(bytes_per_block()) * static_cast<double>(block_count() + added.size());
  if (bytes > 1e9 * options_.memory_limit_gb) {
    fail(ErrorKind::kOutOfMemory,
         "expected a volume of at most {:g} GB, found that '{}' makes it {:.2f} GB: larger voxels, "
         "a shorter greatest depth or a higher limit are needed",
         options_.memory_limit_gb, view_name, 1e-9 * bytes);
  }
  for (const BlockKey key : added) {
    auto block = std::make_unique<VoxelBlock>();
    block->index = index_of(key);
    if (options_.color) block->color.resize(kBlockVoxels);
    number_of_.emplace(key, blocks_.size());
    blocks_.push_back(std::move(block));
  }
}

Mesh TsdfVolume::extract_mesh(int least_views) const {
  return extract_surface({.blocks = blocks_,
                          .number_of = number_of_,
                          .voxel_size_m = static_cast<float>(options_.voxel_size_m),
                          .least_weight = static_cast<float>(std::max(1, least_views)),
                          .colored = colored_});
}

}  // namespace promptdepth
