#pragma once

#include <optional>
#include <utility>

#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"
#include "promptdepth/image/surface_map.h"
#include "promptdepth/prompt/prompt_kinds.h"
#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// A picture, what is known of its depth, and what a simulated sensor must know of the scene.
struct ImageWithDepth {
  Image image;
  DepthMap depth;              ///< Annotated, pixel by pixel; 0 where there is none.
  DepthMap pseudo_depth = {};  ///< A second truth with better edges, pixel by pixel, or empty.
  DepthMap prompt = {};        ///< What a real sensor measured, at its resolution, or empty.
  /// Where there is no depth nobody looked, as opposed to the sky, where there is nothing to see:
  /// a sensor may well have measured there.
  bool has_gaps = false;
  SurfaceMap surfaces = {};  ///< How sensors' light comes back, pixel by pixel, as far as known.
  std::optional<Intrinsics> intrinsics = {};  ///< Of the picture and the depths.
  PromptPlace place = PromptPlace::kIndoors;  ///< Decides which sensors look at it.
};

/// All that a scene rendered at `place` tells.
inline ImageWithDepth image_with_depth(RenderedFrame rendered,
                                       PromptPlace place = PromptPlace::kIndoors) {
  return {.image = std::move(rendered.image),
          .depth = std::move(rendered.depth),
          .surfaces = std::move(rendered.surfaces),
          .intrinsics = rendered.intrinsics,
          .place = place};
}

}  // namespace promptdepth
