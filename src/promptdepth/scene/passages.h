#pragma once

#include "promptdepth/scene/walls.h"

namespace promptdepth::scene {

/// What is seen through an open doorway: a smaller room or corridor behind the wall, with a few
/// things in it and, if there is room for another, a light.
void build_passage(Kit& kit, const Wall& wall, const Opening& opening, Lighting& lighting);

}  // namespace promptdepth::scene
