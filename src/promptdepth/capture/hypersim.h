#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "promptdepth/capture/data_set.h"
#include "promptdepth/capture/hdf5_array.h"

namespace promptdepth {

/// Hypersim (Roberts et al., ICCV 2021), as its archives unpack:
///   ai_VVV_NNN/images/scene_cam_CC_final_hdf5/frame.FFFF.color.hdf5
///   ai_VVV_NNN/images/scene_cam_CC_geometry_hdf5/frame.FFFF.depth_meters.hdf5
///   ai_VVV_NNN/images/scene_cam_CC_geometry_hdf5/frame.FFFF.render_entity_id.hdf5   (optional)
///   metadata_camera_parameters.csv, metadata_images_split_scene_v1.csv              (optional)
/// The tables may also lie in evermotion_dataset/analysis. Without the first, every camera is the
/// usual one, of 60° across; without the second, all frames count as of every split. `split` is
/// "train", "val" or "test". Throws Error(kIo) when there is no such folder,
/// Error(kInvalidArgument) for another split, Error(kInvalidData) when there is no frame,
/// Error(kUnsupported) in a build without HDF5.
std::unique_ptr<DataSet> open_hypersim(const std::filesystem::path& root, std::string_view split);

/// From image coordinates (u, v, 1), u from -1 at the left to 1 at the right side, v from -1 at the
/// bottom to 1 at the top, to rays of the camera (x right, y up, z backward), by rows: the
/// published M_cam_from_uv. Shifted and tilted lenses have other entries than the usual three.
using HypersimCamera = std::array<double, 9>;

/// The usual camera of pictures of that size: 60° across (a focal length of 886.81 at 1024 pixels).
HypersimCamera usual_hypersim_camera(int width, int height);

/// Distances from the camera, height × width, to planar depth: d · |z| / |ray|. What is not finite
/// or positive becomes 0.
DepthMap planar_depth(const Hdf5Array& distance_m, const HypersimCamera& camera);

/// The pinhole camera in pixels; nothing for a tilted lens, which has none.
std::optional<Intrinsics> hypersim_intrinsics(const HypersimCamera& camera, int width, int height);

/// The data set's own tone mapping of linear colours (height × width × 3): scaled so that the 90th
/// percentile of the brightness 0.3 R + 0.59 G + 0.11 B becomes 0.8 after the gamma of 1/2.2, then
/// clamped. `entities` (height × width) tells by -1 the pixels that do not count for the
/// percentile; null if they all do.
Image tone_map(const Hdf5Array& linear, const Hdf5Array* entities);

}  // namespace promptdepth
