#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// A plain folder, one file per frame and kind, matched by their names without the endings:
///   image/NAME.* (images/, rgb/, color/)   any format that read_image() knows
///   prompt/NAME.*, or depth/NAME.*         what a sensor measured, any format that read_depth()
///                                          knows; depth/ beside prompt/ is taken for the truth
///   confidence/NAME.*                      0, 1, 2; the prompt's size                  (optional)
///   intrinsics/NAME.json or .txt, or one intrinsics.json or .txt for all               (optional)
///   pose/NAME.txt (poses/)                 world_from_camera, 4×4                      (optional)
/// or pictures and depth side by side: NAME.* and NAME_depth.* or NAME.depth.* (also _prompt).
/// Nothing when there are no pairs.
std::optional<Recording> list_plain_folder(const std::filesystem::path& folder);

/// The frames that the verb `scene` writes: NNNNNN/image.png, prompt.png, depth.npy (the truth) and
/// intrinsics.json with world_from_camera; 30 a second.
std::optional<Recording> list_scene_frames(const std::filesystem::path& folder);

}  // namespace promptdepth
