#pragma once

#include <filesystem>

#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// Writes a frame into an existing folder: image.png (8 bits), depth.png (16 bits, millimetres),
/// depth.npy (float32 metres) and intrinsics.json (width, height, fx, fy, cx, cy in pixels; the 4×4
/// world_from_camera, row by row). Each file is whole or not there. Throws Error(kIo).
void write_frame(const std::filesystem::path& folder, const RenderedFrame& frame);

}  // namespace promptdepth
