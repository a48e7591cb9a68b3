#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/capture/capture.h"
#include "promptdepth/capture/problem_list.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {

/// What a recording's files say of one frame, before they are read. Paths are relative to the
/// recording's folder, empty where there is no file.
struct FrameRecord {
  std::string name = {};
  std::filesystem::path image = {};       ///< Empty: picture `number` of the video.
  std::filesystem::path depth = {};       ///< A map. Empty: map `number` of the depth stream.
  std::filesystem::path points = {};      ///< A Velodyne sweep in place of a map.
  std::filesystem::path confidence = {};  ///< Of the map.
  std::filesystem::path truth = {};       ///< A map of annotated depth.
  std::filesystem::path camera = {};      ///< A file that parse_intrinsics() reads, of the picture.
  std::int64_t number = 0;
  std::optional<Intrinsics> intrinsics = {};  ///< Before the recording's; size 0 × 0 or known.
  std::optional<Eigen::Isometry3d> camera_from_lidar = {};  ///< Of the sweep.
  std::optional<Eigen::Isometry3d> world_from_camera = {};
  std::optional<double> time_s = {};
};

/// A recording as a reader of a format lists it; capture_of() reads the frames.
struct Recording {
  std::string format = {};
  std::filesystem::path folder = {};
  std::vector<FrameRecord> frames = {};
  ProblemList problems = {};

  std::filesystem::path video = {};         ///< Relative, where frames have no picture files.
  std::filesystem::path depth_stream = {};  ///< A DepthStream, where frames have no depth files.
  ReadDepthOptions depth_options = {};
  float max_depth_m = 1e5F;           ///< Farther is the format's code for "no measurement".
  float confidence_per_level = 1;     ///< The stored step between low, medium and high.
  std::filesystem::path camera = {};  ///< As a frame's, for those without one.
  std::optional<Intrinsics> intrinsics = {};  ///< Of pictures of its size, or of all when 0 × 0.
  ExifOrientation upright = ExifOrientation::kUpright;  ///< Of every picture.
};

/// The turn that brings the sky to the top of most of the pictures; `up_in_world` points away from
/// the ground.
ExifOrientation upright_by_gravity(const std::vector<FrameRecord>& frames,
                                   const Eigen::Vector3d& up_in_world);

/// The recording's frames as a stream. Throws Error(kInvalidData) when it has none.
std::unique_ptr<Capture> capture_of(Recording recording);

}  // namespace promptdepth
