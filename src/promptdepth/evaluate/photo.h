#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/evaluate/protocol.h"

namespace promptdepth {

/// How a stereo pair's disparity d becomes depth: z = focal · baseline / (d + offset).
struct DisparityCalibration {
  double focal_px = 0;    ///< Above 0.
  double baseline_m = 0;  ///< Above 0.
  double offset_px = 0;   ///< Middlebury's doffs: difference of the principal points' x.
};

/// Real photos with true depth; the prompts are simulated from the truth.
struct PhotoOptions {
  std::filesystem::path photo = {};  ///< A picture, or a folder of them.
  /// Its truth, in any format of read_depth; for a folder a folder with files of the same stems.
  std::filesystem::path truth = {};
  std::optional<DisparityCalibration> disparity =
      std::nullopt;                     ///< Set: the truth is disparity in pixels.
  int seeds = 3;                        ///< Prompts of each kind for each photo; at least 1.
  std::vector<std::string> kinds = {};  ///< Names of prompt_kinds(); none means all.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Depth from disparity; 0 where that is not finite or not in front of the camera.
DepthMap depth_from_disparity(DepthMap disparity, const DisparityCalibration& calibration);

/// A truth of another size than its photo is read at the nearest pixels. Gaps of the truth (stereo,
/// scanners) do not count, but the simulated phone measures there. Throws Error(kInvalidArgument)
/// when there is no pair or a photo has no truth.
std::unique_ptr<Protocol> photo_protocol(const PhotoOptions& options);

}  // namespace promptdepth
