#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/base/progress.h"
#include "promptdepth/capture/capture.h"
#include "promptdepth/estimator/estimator.h"
#include "promptdepth/fusion/tsdf_options.h"
#include "promptdepth/image/colormap.h"
#include "promptdepth/recording/motion_filter.h"

namespace promptdepth {

/// What keeps depth steady from frame to frame. Each but kOff smooths the prompts' ranges over
/// time.
enum class Temporal {
  kOff,     ///< Every frame on its own, as published.
  kRange,   ///< No more than that.
  kMotion,  ///< Depth is filtered along the camera's motion (motion_filter.h); needs poses.
  kVolume,  ///< Prompts are rendered from the volume of all prompts (volume_prompts.h); needs
            ///< poses.
};

/// "off", "range", "motion", "volume"; Error(kInvalidArgument) for another name.
Temporal temporal_from_name(std::string_view name);
std::string_view name_of(Temporal temporal);

struct DepthRecordingOptions {
  FrameRange frames = {};
  Temporal temporal = Temporal::kRange;
  float min_confidence = 1;        ///< Less certain measurements are holes.
  double range_sigma_frames = 10;  ///< Of the Gaussian that smooths ranges over time.
  MotionFilterOptions motion = {};
  TsdfOptions volume = {
      .voxel_size_m = 0.02, .truncation_m = 0.1, .max_depth_m = 10, .color = false};
  std::string format = "png";  ///< Ending of the depth maps.
  bool video = true;           ///< Write video.mp4, where OpenCV can.
  ColorMap color_map = ColorMap::kSpectral;
  std::string model = {};  ///< What settings.json calls the model.
  bool overwrite = false;  ///< Start anew, whatever the folder holds.
};

struct DepthRecordingSummary {
  std::size_t frames = 0;                  ///< With a depth map now.
  std::size_t earlier = 0;                 ///< Of them, done by an earlier run.
  std::vector<std::string> problems = {};  ///< What was left out and why, a sentence each.
};

/// Where a frame's depth map lies in the folder of a depth recording.
std::filesystem::path depth_file(const std::filesystem::path& folder, const std::string& frame,
                                 const std::string& format);

/// A recording to depth: `folder` receives depth/NAME.png (or exr) for every frame, as large as its
/// picture and lying as it does, settings.json, and video.mp4 with photo, prompt and depth.
/// Reading, predicting and writing overlap; memory does not grow with the recording beyond some 100
/// bytes a frame (and the volume, for kVolume). Stopped at any moment, it goes on where it was, and
/// ends with the same files. Throws Error(kInvalidArgument) when the folder holds depth of other
/// settings or the recording lacks the poses that `temporal` needs, Error(kInvalidData) when no
/// frame has a measurement, Error(kIo) when the disk refuses.
DepthRecordingSummary make_depth_recording(const Capture& capture, const Estimator& estimator,
                                           const DepthRecordingOptions& options,
                                           const std::filesystem::path& folder,
                                           const ProgressCallback& progress = {});

}  // namespace promptdepth
