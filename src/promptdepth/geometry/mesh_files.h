#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// A binary little-endian PLY as encode_ply() of its vertices writes it, followed by the faces
/// (uchar count, int indices).
std::vector<std::byte> encode_ply(const Mesh& mesh);

/// A Wavefront OBJ: "v x y z [r g b]" with colours from 0 to 1, "f a b c" counted from 1.
std::string encode_obj(const Mesh& mesh);

/// A binary glTF 2.0 with one mesh: coloured vertices without lighting (KHR_materials_unlit), or,
/// without colours, vertices with normals. Coordinates are left as they are (glTF viewers take y
/// for up). Throws Error(kUnsupported) above 4 GiB, the most the format can hold.
std::vector<std::byte> encode_glb(const Mesh& mesh);

/// Writes it in the format of the name's ending (.ply, .obj or .glb), whole or not at all. Throws
/// Error(kInvalidArgument) for another ending, Error(kIo) when the disk refuses.
void write_mesh(const std::filesystem::path& path, const Mesh& mesh);

/// Throws as write_mesh() does for an ending it does not know; for checking a request before the
/// work is done.
void check_mesh_ending(const std::filesystem::path& path);

}  // namespace promptdepth
