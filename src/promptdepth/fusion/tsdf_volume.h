#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "promptdepth/fusion/posed_depth.h"
#include "promptdepth/fusion/tsdf_options.h"
#include "promptdepth/fusion/voxel_block.h"
#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// Fuses depth maps into one surface (Curless and Levoy 1996): a grid of truncated distances along
/// the views' rays, averaged over the views, in blocks of 8³ voxels that exist only near surfaces.
/// The same views in the same order give the same bits, whatever the number of threads.
class TsdfVolume {
 public:
  explicit TsdfVolume(const TsdfOptions& options);

  /// Adds a view. Throws Error(kInvalidArgument) for sizes that differ and a camera without focal
  /// lengths, Error(kInvalidData) for a pose that is no rigid motion or lies farther than a million
  /// blocks from the world's origin, and Error(kOutOfMemory) when the volume would exceed its
  /// limit; the volume is then as it was before the view.
  void integrate(const PosedDepth& view);

  /// The surface where the averaged distance changes its sign between voxels that at least
  /// `least_views` views saw; its front is the side it was seen from. Coloured where the options
  /// and the views have colours. Empty when there is none.
  Mesh extract_mesh(int least_views = 1) const;

  std::size_t block_count() const { return blocks_.size(); }
  /// What the volume and extracting its mesh take, about; the limit counts the same.
  std::size_t memory_bytes() const { return block_count() * bytes_per_block(); }
  const TsdfOptions& options() const { return options_; }

 private:
  std::size_t bytes_per_block() const;
  void make_room(const std::vector<BlockKey>& keys, const std::string& view_name);

  TsdfOptions options_;
  bool colored_ = false;  ///< A view had colours.
  std::vector<std::unique_ptr<VoxelBlock>> blocks_;
  std::unordered_map<BlockKey, std::size_t> number_of_;  ///< Of a block in blocks_.
};

}  // namespace promptdepth
