#pragma once

#include <Eigen/Core>
#include <optional>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

/// Follows rays from anywhere near a camera to the surfaces that the camera sees.
class RayMarcher {
 public:
  /// `depth` is planar z in metres, 0 = none; `camera` has its pixels. Keeps no reference.
  RayMarcher(const DepthMap& depth, const Intrinsics& camera);

  struct Meeting {
    float u = 0;  ///< Where in the depth map, pixels; rounds to one of them.
    float v = 0;
    float z = 0;  ///< Planar z in metres.
  };

  /// The first point between the two ranges (metres) where a ray meets a surface from the front;
  /// origin and direction in the camera's frame, `direction` of length 1. Between neighbouring
  /// pixels of one surface depth is interpolated (exact on planes). Where the ray passes behind
  /// something, it goes on until the camera sees it again. Nothing where it meets none or leaves
  /// the image.
  std::optional<Meeting> follow(const Eigen::Vector3f& origin, const Eigen::Vector3f& direction,
                                float min_range_m, float max_range_m) const;

 private:
  struct Sample {
    float u = 0;
    float v = 0;
    float ray = 0;      ///< 1/z of the ray.
    float surface = 0;  ///< 1/z of what the camera sees there; 0: none.
  };
  struct Segment;

  float inverse_depth(float u, float v) const;
  Sample sample(const Segment& segment, float s) const;

  DepthMap inverse_;  ///< 1/z, 0 = none.
  float fx_, fy_, cx_, cy_;
  float nearest_m_ = 0;
  float farthest_m_ = 0;
};

}  // namespace promptdepth
