#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/image/surface_map.h"
#include "promptdepth/scene/camera.h"
#include "promptdepth/scene/lighting.h"

namespace promptdepth::scene {

/// What a camera sees before its sensor: linear radiance and exact depth.
struct RenderedView {
  int width = 0;
  int height = 0;
  std::vector<Vec3> radiance;  ///< Row-major, averaged over each pixel's area.
  DepthMap depth;              ///< Planar z in metres at pixel centres; 0 where the sky is seen.
  SurfaceMap surfaces;         ///< All maps; zeros in the sky.
};

RenderedView render_view(const RayCaster& caster, const Lighting& lighting, const Camera& camera);

}  // namespace promptdepth::scene
