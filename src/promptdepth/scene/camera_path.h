#pragma once

#include <vector>

#include "promptdepth/base/random.h"
#include "promptdepth/scene/camera.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth::scene {

inline constexpr float kFrameRate_hz = 30;

/// A hand-held camera that sways about `start`, at some 0.5 m/s and 20 °/s, and never comes nearer
/// than 0.15 m to anything. The first of the `frames` cameras is `start`.
std::vector<Camera> hand_held_path(const Stage& stage, const RayCaster& caster, const Camera& start,
                                   int frames, Random& random);

/// A camera that walks (1 m/s) or drives (4 to 12 m/s) along the street, slower or not at all where
/// something stands in its way. The first of the `frames` cameras is `start`.
std::vector<Camera> street_path(const Stage& stage, const RayCaster& caster, const Camera& start,
                                int frames, Random& random);

}  // namespace promptdepth::scene
