#pragma once

#include <string_view>

namespace promptdepth {

/// What a volume of truncated signed distances is made of.
struct TsdfOptions {
  double voxel_size_m = 0.02;  ///< Above 0.
  double truncation_m = 0.15;  ///< Distances count up to this; at least two voxels.
  double min_depth_m = 0.05;   ///< Nearer pixels are left out; at least 0.
  double max_depth_m = 5.0;    ///< Farther ones too.
  bool color = true;           ///< Keep colours where the views have them.
  double memory_limit_gb = 4;  ///< For the volume and what extracting its mesh takes; above 0.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Named settings:
///   paper      voxels of 0.04 m (PromptDA, table 7; truncation, not published, four voxels)
///   benchmark  0.02 m, truncation 0.15 m, depth to 5 m (Depth Anything 3's ScanNet++ benchmark)
///   street     0.1 m, truncation five voxels, depth to 35 m
/// Throws Error(kInvalidArgument) that lists them for another name.
TsdfOptions tsdf_preset(std::string_view name);

}  // namespace promptdepth
