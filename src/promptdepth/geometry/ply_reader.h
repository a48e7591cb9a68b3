#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// Reads the mesh or point cloud of a PLY file (ASCII, or binary of either byte order): of the
/// element "vertex" x, y, z in metres, whatever their types, and red, green, blue where they are
/// bytes or floating point from 0 to 1; of the element "face" the list vertex_indices (or
/// vertex_index), polygons cut into fans of triangles. All else is skipped. Throws
/// Error(kInvalidData) that names `where` for anything that is not a whole PLY file with such
/// vertices, for coordinates that are not finite, and for corners that are no vertex.
Mesh decode_ply(std::span<const std::byte> bytes, std::string_view where);

/// The same from a file. Throws Error(kIo) when it cannot be read.
Mesh read_ply(const std::filesystem::path& path);

}  // namespace promptdepth
