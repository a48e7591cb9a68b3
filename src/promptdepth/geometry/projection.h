#pragma once

#include <span>

#include "promptdepth/geometry/point_cloud.h"

namespace promptdepth {

/// A map of the intrinsics' size with the planar z of the points that the camera sees: each in the
/// pixel whose centre is nearest, the nearest point where several meet, 0 where there is none.
/// Points nearer than 1 cm or that are not finite are left out. Throws Error(kInvalidArgument) when
/// the size is not known or there is no focal length.
DepthMap project_points(std::span<const Vec3f> points_in_camera, const Intrinsics& intrinsics);

}  // namespace promptdepth
