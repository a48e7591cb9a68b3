#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "promptdepth/capture/recording.h"

namespace promptdepth {

/// nerfstudio's transforms.json: per frame file_path, depth_file_path and transform_matrix (4×4,
/// world from a camera with x right, y up, z backward), and fl_x, fl_y, cx, cy, w, h for all or per
/// frame. Depth files hold units of depth_unit_scale_factor metres (0.001 when it is not said), 0
/// where nothing is known. Distortion is left as it is. Paths are relative to the file's folder.
/// Nothing when there is no transforms.json.
std::optional<Recording> list_nerfstudio(const std::filesystem::path& folder);

/// The same of the file's text, for pictures in `folder`. Throws Error(kInvalidData) when it is no
/// such file.
Recording parse_transforms(std::string_view text, const std::filesystem::path& folder);

}  // namespace promptdepth
