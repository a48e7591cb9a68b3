#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// One video of ARKitScenes, of the raw part or of depth upsampling:
///   wide/ID_T.png, color/ or lowres_wide/   pictures, the first of these that is there
///   FOLDER_intrinsics/ID_T.pincam           their camera                              (optional)
///   lowres_depth/ID_T.png                   mm
///   confidence/ID_T.png                     0, 1, 2                                   (optional)
///   highres_depth/ID_T.png                  the scanner's depth, mm                   (optional)
///   lowres_wide.traj                        poses, camera_from_world                  (optional)
/// T is the time in seconds; what is nearest in time belongs together. Nothing when there are no
/// pictures or no lowres_depth.
std::optional<Recording> list_arkitscenes(const std::filesystem::path& folder);

}  // namespace promptdepth
