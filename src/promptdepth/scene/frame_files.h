#pragma once

#include <filesystem>

#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// Writes a frame into an existing folder: image.png (8 bits), depth.png (16 bits, millimetres),
/// depth.npy (float32 metres), intrinsics.json (width, height, fx, fy, cx, cy in pixels; the 4×4
/// world_from_camera, row by row), surfaces.png (what a depth sensor gets back, 8 bits for 0 to 1:
/// red diffuse reflectance, green mirror, blue transparency) and beyond.npy (metres, what it sees
/// in mirrors and behind glass). Each file is whole or not there. Throws Error(kIo).
void write_frame(const std::filesystem::path& folder, const RenderedFrame& frame);

}  // namespace promptdepth
