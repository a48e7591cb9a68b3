#pragma once

#include <Eigen/Geometry>
#include <cstdint>
#include <vector>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/geometry/mesh.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

/// What a camera sees of a mesh.
struct MeshView {
  DepthMap depth;                      ///< Planar z in metres at pixel centres; 0 beside the mesh.
  std::vector<std::int32_t> triangle;  ///< Which, per pixel; -1 beside the mesh.
};

enum class MeshSides { kBoth, kFronts };

/// Rasterises the triangles (of which kFronts leaves out those seen from behind). One that reaches
/// nearer to the camera's plane than 1 mm is left out. Throws Error(kInvalidArgument) when the
/// intrinsics have no size or focal length.
MeshView view_mesh(const Mesh& mesh, const Intrinsics& intrinsics,
                   const Eigen::Isometry3d& world_from_camera, MeshSides sides);

/// A picture of the whole mesh, seen along `towards` (where the cameras looked, any direction) from
/// above at an angle, its colours (grey without) shaded by light from the eye. `up` is the world's
/// upward direction. Triangles seen from behind are left out, so that a room is looked into. Throws
/// Error(kInvalidData) for a mesh without triangles.
Image picture_of_mesh(const Mesh& mesh, const Vec3f& up, const Vec3f& towards, int width,
                      int height);

}  // namespace promptdepth
