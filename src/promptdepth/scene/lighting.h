#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "promptdepth/scene/ray_caster.h"

namespace promptdepth::scene {

enum class LightKind : std::uint8_t {
  kRectangle,  ///< Shines to the side of its normal: windows, panels.
  kBall,       ///< Shines all around: bulbs, lamps, a camera's flash.
  kSun,        ///< Parallel light.
  kSunbeam,    ///< Parallel light through a rectangle, as of the sun through a window.
};

struct Light {
  LightKind kind = LightKind::kBall;
  Vec3 position;  ///< Centre. Unused by the sun.
  Vec3 edge_u;    ///< Half extents of a rectangle or of a sunbeam's window.
  Vec3 edge_v;
  Vec3 direction;           ///< A rectangle's normal; for sun and sunbeam, towards the sun.
  float radius = 0.05F;     ///< Of a ball; for the sun, the tangent of its angular radius.
  float clearance_m = 0;    ///< Nothing nearer to a ball's centre than this casts its shadow.
  Vec3 intensity{1, 1, 1};  ///< Per steradian straight ahead; the sun's irradiance.
};

/// Everything that shines in a scene, apart from the emission of materials, which is only seen.
struct Lighting {
  std::vector<Light> lights;
  Vec3 ambient_above{0.3F, 0.3F, 0.3F};  ///< Light from all around on surfaces that look up,
  Vec3 ambient_below{0.2F, 0.2F, 0.2F};  ///< and on those that look down.
  float occlusion_distance_m = 1;        ///< Things nearer than this dim the ambient light.
  Vec3 sky_zenith;                       ///< Colour of what a ray sees that meets nothing.
  Vec3 sky_horizon;
  std::uint32_t sky_seed = 0;
};

/// A point to be lit.
struct Surfel {
  Vec3 point;
  Vec3 normal;
  Vec3 plane_normal;
  Vec3 to_eye;  ///< Unit length.
  float distance = 0;
  ObjectId object = kNoObject;
  int stratum = 0;  ///< In [0, 16): which part of each light is looked at.
};

/// What reaches a surfel: diffuse is to be multiplied with the albedo, specular added.
struct Illumination {
  Vec3 diffuse;
  Vec3 specular;
};

/// One shadow ray per light and one occlusion ray per surfel. Sixteen neighbours with different
/// strata together sample each light and the hemisphere evenly. lit.size() == surfels.size() <= 16.
void illuminate(const RayCaster& caster, const Lighting& lighting, std::span<const Surfel> surfels,
                std::span<Illumination> lit);

/// Without shadows or occlusion, as good enough for what is seen in a mirror.
Vec3 unshadowed_diffuse(const Lighting& lighting, const Surfel& surfel);

Vec3 sky_color(const Lighting& lighting, Vec3 direction);

}  // namespace promptdepth::scene
