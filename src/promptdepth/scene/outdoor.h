#pragma once

#include "promptdepth/scene/furniture.h"

namespace promptdepth::scene {

// What stands along a street. Frames are on the ground, y towards the road unless said otherwise.

/// A house front of width × height along x, facing +y, with a body of `depth` behind it.
void build_house(Kit& kit, const Frame& frame, float width, float height, float depth);

/// A car, van or lorry; x is its front.
void build_vehicle(Kit& kit, const Frame& frame);

void build_tree(Kit& kit, const Frame& frame, float height);
void build_bush(Kit& kit, const Frame& frame, float width, float height);
/// A fence, hedge or low wall along x from 0 to `length`.
void build_fence(Kit& kit, const Frame& frame, float length);
void build_street_lamp(Kit& kit, const Frame& frame);
void build_sign(Kit& kit, const Frame& frame);
void build_traffic_light(Kit& kit, const Frame& frame);
void build_bin(Kit& kit, const Frame& frame);
void build_bollard(Kit& kit, const Frame& frame);
/// A shelter of glass with a bench, as at bus stops; its back at y = 0.
void build_shelter(Kit& kit, const Frame& frame);

}  // namespace promptdepth::scene
