#pragma once

#include "promptdepth/scene/camera.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth::scene {

// Where a photographer would stand. All keep the camera's intrinsics and set its frame.

/// As somebody holding a phone: mostly level, mostly upright, nothing right before the lens, seldom
/// a bare wall; now and then a close view of one thing.
Camera place_in_room(const Stage& stage, const RayCaster& caster, Camera camera, Random& random);

/// From a car or as a pedestrian, along the street.
Camera place_in_street(const Stage& stage, const RayCaster& caster, Camera camera, Random& random);

}  // namespace promptdepth::scene
