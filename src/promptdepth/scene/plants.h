#pragma once

#include "promptdepth/scene/furniture.h"

namespace promptdepth::scene {

/// A folded leaf from the frame's origin along its x axis.
void add_leaf(World& world, const Frame& frame, float length, float width, MaterialId material);

/// Loose leaves of about 2 × `leaf_m` filling an ellipsoid around the frame's origin; one object.
void add_foliage(Kit& kit, const Frame& frame, Vec3 radii, int leaves, float leaf_m,
                 MaterialId material);

}  // namespace promptdepth::scene
