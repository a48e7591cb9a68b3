#pragma once

#include <memory>
#include <vector>

#include "promptdepth/fusion/posed_depth.h"
#include "promptdepth/fusion/tsdf_options.h"

namespace promptdepth::bench {

/// One of Open3D's volumes, to compare ours with.
class Open3dVolume {
 public:
  virtual ~Open3dVolume() = default;

  virtual void integrate(const PosedDepth& view) = 0;
  /// Extracts the mesh; its number of triangles.
  virtual std::size_t extract() = 0;
};

/// pipelines::integration::ScalableTSDFVolume
std::unique_ptr<Open3dVolume> open3d_legacy(const TsdfOptions& options);

/// t::geometry::VoxelBlockGrid on the CPU
std::unique_ptr<Open3dVolume> open3d_voxel_blocks(const TsdfOptions& options);

}  // namespace promptdepth::bench
