#pragma once

#include <filesystem>
#include <optional>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// Record3D's export as EXR and JPG:
///   metadata.json (or metadata)   w, h, K (nine numbers by columns, of the pictures), poses
///                                 [qx, qy, qz, qw, x, y, z] per frame, world from a camera with x
///                                 right, y up, z backward (ARKit), fps
///   rgb/N.jpg                     pictures, numbered from 0
///   depth/N.exr                   metres, NaN where there is none
///   confidence/N.exr or conf/     0, 1, 2                                             (optional)
/// Nothing when one of the first three is not there. Recordings as .r3d have compressed depth of
/// another kind and are not read.
std::optional<Recording> list_record3d(const std::filesystem::path& folder);

}  // namespace promptdepth
