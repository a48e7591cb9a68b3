#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "promptdepth/capture/data_set.h"

namespace promptdepth {

/// ARKitScenes depth upsampling (Baruch et al., NeurIPS 2021), as its archives unpack:
///   Training/VIDEO/wide/NAME.png            colour, 1920×1440 (also color/)
///   Training/VIDEO/highres_depth/NAME.png   projected laser scan, 1920×1440, mm
///   Training/VIDEO/lowres_depth/NAME.png    the device's depth, 256×192, mm
///   Training/VIDEO/confidence/NAME.png      0, 1, 2                            (optional)
///   Training/VIDEO/wide_intrinsics/NAME.pincam                                 (optional)
///   metadata.csv                            video_id, fold, sky_direction
/// and Validation/. NAME is VIDEO_TIME. All maps and the camera are turned upright by the video's
/// sky_direction. `split` is "Training" or "Validation". Throws Error(kIo) when there is no such
/// folder, Error(kInvalidArgument) for another split, Error(kInvalidData) when there is no frame.
std::unique_ptr<DataSet> open_arkitscenes(const std::filesystem::path& root,
                                          std::string_view split);

/// The turn that brings the sky to the top; `sky_direction` is metadata.csv's Up, Left, Right or
/// Down. Throws Error(kInvalidData) that names the video for anything else.
ExifOrientation upright_by_sky(const std::string& sky_direction, const std::string& video);

/// The seconds after the last underscore of a file's name without its ending, if there are any.
std::optional<double> arkitscenes_time(const std::string& stem);

}  // namespace promptdepth
