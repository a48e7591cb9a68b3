#pragma once

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/lighting.h"

namespace promptdepth::scene {

/// A built scene before a camera is put into it.
struct Stage {
  World world;
  Lighting lighting;
  Vec3 low;  ///< The space in which a camera may stand.
  Vec3 high;
};

/// A furnished, closed room of 2.4 to 9 m, floor at z = 0.
void build_room(Random& random, Stage& stage);

/// A street of some 80 m along x, under the open sky.
void build_street(Random& random, Stage& stage);

}  // namespace promptdepth::scene
