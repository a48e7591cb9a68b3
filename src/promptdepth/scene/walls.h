#pragma once

#include <vector>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/lighting.h"

namespace promptdepth::scene {

/// A wall whose frame has x along it, y into the room and z up.
struct Wall {
  Frame frame;
  float length = 1;
  float height = 2.5F;
};

enum class OpeningKind : std::uint8_t {
  kWindow,
  kDoor,
  kNiche,
  kPassage,  ///< Open, with another room behind it.
};

/// A recess in a wall, in the wall's coordinates.
struct Opening {
  OpeningKind kind = OpeningKind::kWindow;
  float left = 0;
  float right = 1;
  float bottom = 0;
  float top = 1;
  float depth = 0.2F;
};

/// Up to `most` openings that do not overlap, from left to right.
std::vector<Opening> plan_openings(Kit& kit, const Wall& wall, int most);

/// The wall with its openings, what closes and dresses them, and the light that windows give.
void build_wall(Kit& kit, const Wall& wall, const std::vector<Opening>& openings,
                MaterialId material, MaterialId trim, Lighting& lighting);

/// Skirting board, pictures, shelves, cables, pipes: whatever is fixed to a wall.
void dress_wall(Kit& kit, const Wall& wall, const std::vector<Opening>& openings, MaterialId trim);

}  // namespace promptdepth::scene
