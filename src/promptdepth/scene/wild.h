#pragma once

#include "promptdepth/scene/furniture.h"

namespace promptdepth::scene {

/// Shapes of every kind, size and turn, floating between `low` and `high`: what no real room holds,
/// but every edge, curve and overlap that one might.
void build_wild_things(Kit& kit, Vec3 low, Vec3 high, int things);

}  // namespace promptdepth::scene
