#pragma once

#include <array>
#include <cstdint>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/surface_map.h"

namespace promptdepth {

enum class SceneKind : std::uint8_t {
  kRoom,    ///< Closed: depth everywhere, mostly 0.3 to 12 m.
  kStreet,  ///< Open: mostly 2 to 80 m, none in the sky.
  kAny,     ///< Four rooms to a street.
};

struct SceneOptions {
  int width = 224;          ///< Pixels, 8 to 8192.
  int height = 168;         ///< Pixels, 8 to 8192.
  float min_fov_deg = 40;   ///< Least field of view along the longer side, above 5.
  float max_fov_deg = 100;  ///< Greatest, below 150.
  SceneKind kind = SceneKind::kAny;

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// A procedural photograph and its ground truth.
struct RenderedFrame {
  Image image;     ///< As a camera would deliver it: exposed, noisy, 8 bits deep.
  DepthMap depth;  ///< Planar z in metres at pixel centres; 0 where the sky is seen. Of mirrors
                   ///< and glass it is that of the mirror and the glass.
  SurfaceMap surfaces;  ///< What a depth sensor gets back from each pixel; all maps are known.
  Intrinsics intrinsics;
  /// Row-major 4×4, metres; world z is up. Camera axes: x right, y down, z forward.
  std::array<double, 16> world_from_camera{};
};

/// Frame number `seed` of an endless set: the scene, the camera in it and the camera's defects
/// follow from the seed and the options alone, whatever the number of threads. May be called from
/// several threads at once; one call uses one core.
RenderedFrame render_scene(std::uint64_t seed, const SceneOptions& options);

}  // namespace promptdepth
