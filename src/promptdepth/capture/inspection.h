#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/base/progress.h"
#include "promptdepth/capture/capture.h"
#include "promptdepth/capture/pose_check.h"

namespace promptdepth {

/// What there is to know of a recording at a glance. What it does not have is empty or 0.
struct Inspection {
  std::string format = {};
  std::size_t frames = 0;
  std::size_t looked_at = 0;  ///< Frames that were read, evenly spread.
  int picture_width = 0;
  int picture_height = 0;
  int prompt_width = 0;
  int prompt_height = 0;
  ExifOrientation upright = ExifOrientation::kUpright;
  std::optional<Intrinsics> intrinsics = {};  ///< Of the first frame.
  double rate_hz = 0;
  double duration_s = 0;
  double near_m = 0;  ///< Percentiles 2, 50 and 98 of the measured depths.
  double median_m = 0;
  double far_m = 0;
  double valid_share = 0;                      ///< Of the prompts' pixels.
  std::optional<double> confident_share = {};  ///< With high confidence, of the measured pixels.
  double posed_share = 0;                      ///< Of the frames looked at.
  double path_m = 0;                           ///< Length of the camera's way through those frames.
  PoseCheckResult pose_check = {};
  std::vector<std::string> problems = {};
};

/// Reads at most about `most_frames` frames. Throws Error(kInvalidData) when none can be read.
Inspection inspect_capture(const Capture& capture, std::size_t most_frames,
                           const ProgressCallback& progress = {});

}  // namespace promptdepth
