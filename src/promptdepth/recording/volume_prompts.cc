#include "promptdepth/recording/volume_prompts.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/fusion/mesh_view.h"

namespace promptdepth {
namespace {

/// Relative difference from which on a measurement is of something else than the surface.
constexpr float kOtherThing = 0.05F;
/// Of the measured pixels in 5×5, the share that must be of something else: more than the flying
/// pixels along an edge.
constexpr float kMovedShare = 0.6F;
constexpr int kReach = 2;

bool differs(float measured, float surface) {
  return std::abs(measured - surface) > kOtherThing * surface;
}

/// Whether the neighbourhood of a pixel has moved away from, or before, the surface.
bool has_moved(const DepthMap& measured, const DepthMap& surface, int x, int y) {
  int known = 0;
  int other = 0;
  for (int v = std::max(y - kReach, 0); v <= std::min(y + kReach, measured.height - 1); ++v) {
    for (int u = std::max(x - kReach, 0); u <= std::min(x + kReach, measured.width - 1); ++u) {
      if (measured.at(u, v) <= 0.0F || surface.at(u, v) <= 0.0F) continue;
      ++known;
      other += differs(measured.at(u, v), surface.at(u, v)) ? 1 : 0;
    }
  }
  return static_cast<float>(other) > kMovedShare * static_cast<float>(known);
}

}  // namespace

DepthMap VolumePrompts::seen_by(const PosedDepth& frame) const {
  const DepthMap surface =
      view_mesh(surface_, frame.intrinsics, frame.world_from_camera, MeshSides::kFronts).depth;
  DepthMap result = frame.depth;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < result.height; ++y) {
    for (int x = 0; x < result.width; ++x) {
      if (surface.at(x, y) > 0.0F && !has_moved(frame.depth, surface, x, y)) {
        result.at(x, y) = surface.at(x, y);
      }
    }
  }
  return result;
}

}  // namespace promptdepth
