#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

/// How surfaces answer a depth sensor's light. Each map is empty (not known) or has the size of the
/// ground truth that it belongs to.
struct SurfaceMap {
  DepthMap reflectance;   ///< Diffuse, 0 to 1. Not known: guessed from the image's luminance.
  DepthMap mirror;        ///< Share of light reflected as by a mirror, 0 to 1. Not known: 0.
  DepthMap transparency;  ///< Share of light let through, 0 to 1. Not known: 0.
  /// Planar z in metres that the sensor sees in the mirror or behind the glass; 0: none.
  DepthMap beyond;
};

}  // namespace promptdepth
