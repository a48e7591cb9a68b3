#include "promptdepth/scene/lighting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "promptdepth/base/error.h"
#include "promptdepth/scene/noise.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

constexpr std::size_t kMaxSurfels = 16;

/// Coordinates in [0, 1)² inside stratum `index` of a 4×4 grid.
struct Stratum {
  float a;
  float b;
};

Stratum stratum(const Surfel& surfel, std::uint32_t dimension) {
  // Multiplying by an odd number permutes the strata, differently for every light.
  const std::uint32_t index =
      (static_cast<std::uint32_t>(surfel.stratum) * (2 * dimension + 1) + 5 * dimension) % 16;
  const std::uint32_t h =
      lattice_hash(static_cast<int>(surfel.point.x * 4096), static_cast<int>(surfel.point.y * 4096),
                   static_cast<int>(surfel.point.z * 4096), dimension);
  // Less than the whole stratum, which trades noise for faint steps.
  const float ja = 0.2F + 0.6F * static_cast<float>(h & 0xffffU) / 65536.0F;
  const float jb = 0.2F + 0.6F * static_cast<float>(h >> 16) / 65536.0F;
  return {(static_cast<float>(index & 3U) + ja) / 4, (static_cast<float>(index >> 2U) + jb) / 4};
}

/// Where on the light to look, and what arrives at a surface facing it.
struct LightSample {
  Vec3 to_light;       ///< Unit length.
  float distance = 0;  ///< Up to where something may block it.
  Vec3 irradiance;
};

/// A light with what is the same for all points.
class Lamp {
 public:
  explicit Lamp(const Light& light) : light_(light) {
    if (light.kind == LightKind::kSun || light.kind == LightKind::kSunbeam) {
      sun_frame_ = along({}, light.direction);
    }
    if (light.kind == LightKind::kSunbeam) {
      window_normal_ = normalized(cross(light.edge_u, light.edge_v));
    }
  }

  LightSample sample(Vec3 point, Stratum s) const {
    const float a = 2 * s.a - 1;
    const float b = 2 * s.b - 1;
    switch (light_.kind) {
      case LightKind::kSun:
        return {to_sun(a, b), 200, light_.intensity};
      case LightKind::kSunbeam:
        return sample_sunbeam(point, to_sun(a, b));
      case LightKind::kRectangle:
        return sample_near(point, light_.position + (light_.edge_u * a + light_.edge_v * b));
      case LightKind::kBall:
        break;
    }
    const Frame frame = along(light_.position, point - light_.position);
    return sample_near(point, frame.point({a * light_.radius, b * light_.radius, 0}));
  }

 private:
  Vec3 to_sun(float a, float b) const {
    return normalized(sun_frame_.direction({a * light_.radius, b * light_.radius, 1}));
  }

  LightSample sample_sunbeam(Vec3 point, Vec3 to_sun) const {
    const float distance = distance_to_window(point, to_sun);
    return {to_sun, distance, distance > 0 ? light_.intensity : Vec3{}};
  }

  /// How far it is to the window that a sunbeam came through; 0 where it does not reach the point.
  float distance_to_window(Vec3 point, Vec3 to_sun) const {
    const float distance =
        dot(light_.position - point, window_normal_) / dot(to_sun, window_normal_);
    const Vec3 at = point + to_sun * distance - light_.position;
    const bool inside = std::fabs(dot(at, light_.edge_u)) < dot(light_.edge_u, light_.edge_u) &&
                        std::fabs(dot(at, light_.edge_v)) < dot(light_.edge_v, light_.edge_v);
    return inside ? std::max(0.0F, distance) : 0.0F;
  }

  LightSample sample_near(Vec3 point, Vec3 target) const {
    const Vec3 difference = target - point;
    const float squared = std::max(dot(difference, difference), 0.01F);
    const float distance = std::sqrt(squared);
    const Vec3 direction = difference * (1 / distance);
    const float facing = light_.kind == LightKind::kRectangle
                             ? std::max(0.0F, -dot(direction, light_.direction))
                             : 1.0F;
    return {direction, std::max(0.0F, distance - light_.clearance_m),
            light_.intensity * (facing / std::max(squared, 0.04F))};
  }

  const Light& light_;
  Frame sun_frame_;
  Vec3 window_normal_;
};

Vec3 start_of(const Surfel& surfel) {
  return surfel.point + surfel.plane_normal * (1e-3F + 3e-4F * surfel.distance);
}

Vec3 ambient(const Lighting& lighting, Vec3 normal) {
  return mix(lighting.ambient_below, lighting.ambient_above, 0.5F + 0.5F * normal.z);
}

/// A direction of the cosine-weighted hemisphere around the surfel's normal.
Vec3 hemisphere_direction(const Surfel& surfel, Stratum s) {
  const portable::SinCos angle = portable::sin_cos(2 * std::numbers::pi_v<float> * s.a);
  const float radius = std::sqrt(s.b);
  const Frame frame = along({}, surfel.plane_normal);
  return frame.direction(
      {radius * angle.cos, radius * angle.sin, std::sqrt(std::max(0.0F, 1 - s.b))});
}

Vec3 highlight(const Material& material, const Surfel& surfel, const LightSample& sample) {
  if (material.gloss == 0) return {};
  const float facing =
      std::max(0.0F, dot(surfel.normal, normalized(sample.to_light + surfel.to_eye)));
  const float lobe = portable::pow(facing, material.shininess) * (material.shininess + 8) * 0.04F;
  return sample.irradiance * (lobe * material.gloss * 0.25F);
}

/// Shadow rays of some of the surfels, whose they are, and what arrives along them.
struct RayBatch {
  std::array<Ray, kMaxSurfels> rays;
  std::array<LightSample, kMaxSurfels> samples;
  std::array<std::size_t, kMaxSurfels> owner{};
  std::array<std::uint8_t, kMaxSurfels> blocked{};
  std::size_t count = 0;

  void add(const Ray& ray, const LightSample& sample, std::size_t surfel) {
    rays[count] = ray;
    samples[count] = sample;
    owner[count++] = surfel;
  }
  void cast(const RayCaster& caster) {
    caster.occluded(std::span(rays).first(count), std::span(blocked).first(count));
  }
};

void add_light(const RayCaster& caster, const Light& light, std::uint32_t index,
               std::span<const Surfel> surfels, RayBatch& batch, std::span<Illumination> lit) {
  const Lamp lamp(light);
  batch.count = 0;
  for (std::size_t i = 0; i < surfels.size(); ++i) {
    const LightSample sample = lamp.sample(surfels[i].point, stratum(surfels[i], index));
    const bool faces = dot(surfels[i].plane_normal, sample.to_light) > 0.01F;
    if (!faces || luminance(sample.irradiance) < 1e-3F) continue;
    batch.add({start_of(surfels[i]), sample.to_light, 0, sample.distance}, sample, i);
  }
  batch.cast(caster);
  for (std::size_t k = 0; k < batch.count; ++k) {
    if (batch.blocked[k] != 0) continue;
    const Surfel& surfel = surfels[batch.owner[k]];
    const LightSample& sample = batch.samples[k];
    Illumination& out = lit[batch.owner[k]];
    out.diffuse += sample.irradiance * std::max(0.0F, dot(surfel.normal, sample.to_light));
    out.specular += highlight(caster.world().material_of(surfel.object), surfel, sample);
  }
}

void add_ambient(const RayCaster& caster, const Lighting& lighting, std::span<const Surfel> surfels,
                 RayBatch& batch, std::span<Illumination> lit) {
  batch.count = 0;
  for (std::size_t i = 0; i < surfels.size(); ++i) {
    const Vec3 direction = hemisphere_direction(surfels[i], stratum(surfels[i], 7));
    batch.add({start_of(surfels[i]), direction, 0, lighting.occlusion_distance_m}, {}, i);
  }
  batch.cast(caster);
  for (std::size_t i = 0; i < surfels.size(); ++i) {
    const float open = batch.blocked[i] != 0 ? 0.25F : 1.0F;
    lit[i].diffuse += ambient(lighting, surfels[i].normal) * open;
  }
}

}  // namespace

void illuminate(const RayCaster& caster, const Lighting& lighting, std::span<const Surfel> surfels,
                std::span<Illumination> lit) {
  PD_CHECK(surfels.size() <= kMaxSurfels && lit.size() == surfels.size());
  std::fill(lit.begin(), lit.end(), Illumination{});
  RayBatch batch;
  for (std::uint32_t i = 0; i < lighting.lights.size(); ++i) {
    add_light(caster, lighting.lights[i], i, surfels, batch, lit);
  }
  add_ambient(caster, lighting, surfels, batch, lit);
}

Vec3 unshadowed_diffuse(const Lighting& lighting, const Surfel& surfel) {
  Vec3 sum = ambient(lighting, surfel.normal);
  for (const Light& light : lighting.lights) {
    const LightSample sample = Lamp(light).sample(surfel.point, {0.5F, 0.5F});
    sum += sample.irradiance * (0.5F * std::max(0.0F, dot(surfel.normal, sample.to_light)));
  }
  return sum;
}

Vec3 sky_color(const Lighting& lighting, Vec3 direction) {
  const Vec3 d = normalized(direction);
  const float height = clamp01(d.z * 1.6F);
  const Vec3 clear = mix(lighting.sky_horizon, lighting.sky_zenith, height);
  const float away = 1 / std::max(0.08F, d.z + 0.1F);
  const float cloud =
      fractal_noise({2 * d.x * away, 2 * d.y * away, 0}, lighting.sky_seed, 4, 0.02F * away);
  const float cover = smooth(clamp01(3.5F * cloud - 1.6F));
  return mix(clear,
             mix(lighting.sky_horizon, Vec3{1, 1, 1} * luminance(lighting.sky_horizon), 0.7F),
             cover);
}

}  // namespace promptdepth::scene
