#pragma once

#include "promptdepth/scene/lighting.h"

namespace promptdepth::scene {

/// What a mirroring or transparent surface shows of the rest of the world.
struct Beyond {
  Vec3 radiance;  ///< Reflected plus let through, to be added to the surface's own light.
  /// Way to what is mostly seen, in multiples of the camera ray's direction, through the surface or
  /// by way of it: the planar depth that a sensor is led to believe. 0 where nothing is met.
  float distance = 0;
};

/// What `at`, which a camera's ray met, mirrors and lets through; nothing where its material does
/// neither. Glowing materials show their own pattern instead of what lies behind them. Reflections
/// of reflections are left out; up to four panes behind each other are looked through.
/// `pixel_angle` is the angle that one pixel covers.
Beyond look_beyond(const RayCaster& caster, const Lighting& lighting, const Ray& ray,
                   const Surfel& at, float pixel_angle);

}  // namespace promptdepth::scene
