#pragma once

#include "promptdepth/base/random.h"
#include "promptdepth/scene/ray_caster.h"

namespace promptdepth::scene {

/// A pinhole camera. Pixel (0, 0) is the centre of the top-left pixel.
struct Camera {
  int width = 0;
  int height = 0;
  float fx_px = 1;
  float fy_px = 1;
  float cx_px = 0;
  float cy_px = 0;
  Frame world_from_camera;  ///< x right, y down, z forward.

  /// The ray through (x, y), whose direction has a z of 1 in the camera's frame, so that its
  /// distances are planar depths.
  Ray ray(float x_px, float y_px) const {
    return {world_from_camera.origin,
            world_from_camera.direction({(x_px - cx_px) / fx_px, (y_px - cy_px) / fy_px, 1})};
  }
  /// The angle that one pixel covers, about.
  float pixel_angle() const { return 1 / fx_px; }
};

/// A camera with square pixels and the principal point in the middle whose longer side covers
/// `fov_rad`. The frame is left at the world's origin.
Camera make_camera(int width, int height, float fov_rad);

/// The frame of a camera at `position` that looks along `yaw_rad` (0: world x, turning towards y),
/// raised by `pitch_rad` and rolled clockwise by `roll_rad`.
Frame camera_frame(Vec3 position, float yaw_rad, float pitch_rad, float roll_rad);

/// How near things are around a point: the least distance along a fixed set of directions.
float clearance_m(const RayCaster& caster, Vec3 position);

/// What a view holds, from a coarse grid of rays.
struct ViewStatistics {
  float near_share = 0;      ///< Share of the rays that end nearer than was asked.
  float median_depth_m = 0;  ///< 0 when nothing is met.
  int objects = 0;           ///< How many different things are met.
};
ViewStatistics view_statistics(const RayCaster& caster, const Camera& camera, float near_m);

}  // namespace promptdepth::scene
