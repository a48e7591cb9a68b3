#pragma once

#include <filesystem>
#include <memory>

#include "promptdepth/capture/data_set.h"

namespace promptdepth {

/// A plain folder, one file per frame and kind, matched by their names without the endings:
///   image/NAME.*          (also images/, rgb/) any format that read_image() knows
///   depth/NAME.*          annotated depth, any format that read_depth() knows; 16-bit PNG in mm
///   pseudo_depth/NAME.*   a second truth                                      (optional)
///   prompt/NAME.*         what a sensor measured, of any resolution           (optional)
///   confidence/NAME.*     0, 1, 2; the prompt's size                          (optional)
///   intrinsics/NAME.json or .txt, or one intrinsics.json or .txt for all      (optional)
/// A folder that is there must have a file for every image. Throws Error(kIo) when there is no such
/// folder, Error(kInvalidData) when there is no image.
std::unique_ptr<DataSet> open_image_folder(const std::filesystem::path& root);

}  // namespace promptdepth
