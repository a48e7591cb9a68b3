#include "promptdepth/scene/beyond.h"

#include <algorithm>
#include <array>

namespace promptdepth::scene {
namespace {

constexpr int kMostPanes = 4;
constexpr float kClear = 0.2F;  ///< Share of light from which on a reflection is lit with care.

/// How far a ray goes on before it meets anything but the surface it leaves.
float gap(float distance) { return 1e-3F + 3e-4F * distance; }

Surfel seen_surfel(const Hit& hit, const Ray& ray, float way, int stratum) {
  return {hit.point, hit.normal, hit.plane_normal, normalized(-ray.direction),
          way,       hit.object, stratum};
}

/// Shadowed light from four of the sixteen strata.
Vec3 careful_diffuse(const RayCaster& caster, const Lighting& lighting, const Surfel& surfel) {
  std::array<Surfel, 4> strata;
  std::array<Illumination, 4> lit;
  constexpr std::array<int, 4> kSpread{0, 6, 9, 15};
  for (std::size_t i = 0; i < strata.size(); ++i) {
    strata[i] = surfel;
    strata[i].stratum = (surfel.stratum + kSpread[i]) % 16;
  }
  illuminate(caster, lighting, strata, lit);
  return (lit[0].diffuse + lit[1].diffuse + lit[2].diffuse + lit[3].diffuse) * 0.25F;
}

/// What looks out along rays that have left a surface seen by the camera.
class Glance {
 public:
  Glance(const RayCaster& caster, const Lighting& lighting, float pixel_angle, bool careful)
      : caster_(caster), lighting_(lighting), pixel_angle_(pixel_angle), careful_(careful) {}

  /// Along `ray`, to whose origin the way was `before`; panes on it only tint.
  Beyond seen_along(Ray ray, float before, int stratum) const {
    float clear = 1;
    for (int panes = 0;; ++panes) {
      const Hit hit = caster_.intersect(ray);
      if (!hit.found()) return {sky_color(lighting_, ray.direction) * clear, 0};
      const float way = before + hit.distance;
      const Surfel surfel = seen_surfel(hit, ray, way, stratum);
      const Material& material = caster_.world().material_of(hit.object);
      if (material.transparency == 0 || material.emission > 0 || panes == kMostPanes) {
        return {color(surfel, material) * clear, way};
      }
      clear *= material.transparency;
      ray.near = hit.distance + gap(way);
    }
  }

 private:
  Vec3 color(const Surfel& surfel, const Material& material) const {
    const Object& object = caster_.world().objects()[surfel.object];
    const Vec3 own =
        albedo(material, object.frame.local_point(surfel.point),
               object.frame.local_direction(surfel.normal), surfel.distance * pixel_angle_);
    const Vec3 light = careful_ ? careful_diffuse(caster_, lighting_, surfel)
                                : unshadowed_diffuse(lighting_, surfel);
    return own * (light + Vec3{1, 1, 1} * material.emission);
  }

  const RayCaster& caster_;
  const Lighting& lighting_;
  float pixel_angle_;
  bool careful_;
};

/// Schlick's approximation at half strength, as most surfaces are not polished.
float reflected_share(const Material& material, const Surfel& at) {
  const float grazing = 1 - std::max(0.0F, dot(at.normal, at.to_eye));
  const float fifth = grazing * grazing * grazing * grazing * grazing;
  return material.mirror + (1 - material.mirror) * 0.5F * fifth;
}

}  // namespace

Beyond look_beyond(const RayCaster& caster, const Lighting& lighting, const Ray& ray,
                   const Surfel& at, float pixel_angle) {
  const Material& material = caster.world().material_of(at.object);
  Beyond mirrored;
  if (material.mirror > 0) {
    const Vec3 bounced = ray.direction - at.normal * (2 * dot(at.normal, ray.direction));
    const Glance glance(caster, lighting, pixel_angle, material.mirror > kClear);
    mirrored = glance.seen_along({at.point, bounced, gap(at.distance)}, at.distance, at.stratum);
    mirrored.radiance *= reflected_share(material, at);
  }
  if (material.transparency == 0 || material.emission > 0) return mirrored;
  const Glance glance(caster, lighting, pixel_angle, material.transparency > kClear);
  const Beyond through =
      glance.seen_along({ray.origin, ray.direction, at.distance + gap(at.distance)}, 0, at.stratum);
  const float distance =
      material.transparency > material.mirror ? through.distance : mirrored.distance;
  return {mirrored.radiance + through.radiance * material.transparency, distance};
}

}  // namespace promptdepth::scene
