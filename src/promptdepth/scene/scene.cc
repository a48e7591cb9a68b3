#include "promptdepth/scene/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "promptdepth/base/error.h"
#include "promptdepth/scene/camera.h"
#include "promptdepth/scene/camera_effects.h"
#include "promptdepth/scene/renderer.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth {
namespace {

using scene::Camera;
using scene::RayCaster;
using scene::Stage;
using scene::Vec3;

constexpr float kRadPerDeg = std::numbers::pi_v<float> / 180;
constexpr float kStreetShare = 0.2F;  ///< Of the scenes of any kind.

/// A view as somebody holding a phone would take: mostly level, mostly upright, nothing right
/// before the lens, and not of a bare wall at arm's length.
Camera place_in_room(const Stage& stage, const RayCaster& caster, Camera camera, Random& random) {
  Camera best = camera;
  float best_score = -100;
  const int attempts = random.chance(0.08F) ? 1 : 14;  // now and then a dull view
  for (int attempt = 0, tried = 0; attempt < 40 && tried < attempts; ++attempt) {
    const Vec3 position{random.uniform(stage.low.x, stage.high.x),
                        random.uniform(stage.low.y, stage.high.y),
                        std::min(random.uniform(0.6F, 1.9F), stage.high.z)};
    const float pitch =
        (random.chance(0.15F) ? random.uniform(-60, 20) : -8 + 11 * random.normal()) * kRadPerDeg;
    const float roll = (random.chance(0.1F) ? 25.0F : 3.5F) * random.normal() * kRadPerDeg;
    camera.world_from_camera =
        scene::camera_frame(position, random.uniform(0, 2 * std::numbers::pi_v<float>),
                            std::clamp(pitch, -1.4F, 1.0F), roll);
    if (scene::clearance_m(caster, position) < 0.3F) continue;
    ++tried;
    const auto view = scene::view_statistics(caster, camera, 0.6F);
    const float score = std::min(view.median_depth_m, 2.5F) - 2 * view.near_share +
                        0.06F * static_cast<float>(std::min(view.objects, 40)) +
                        random.uniform(0, 0.5F);
    if (score > best_score) {
      best = camera;
      best_score = score;
    }
  }
  return best;
}

/// From a car or a pedestrian, along the street.
Camera place_in_street(const Stage& stage, const RayCaster& caster, Camera camera, Random& random) {
  const bool from_car = random.chance(0.5F);
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Vec3 position{random.uniform(stage.low.x, stage.high.x),
                        random.uniform(stage.low.y, stage.high.y) * (from_car ? 0.5F : 1.0F),
                        from_car ? random.uniform(1.2F, 2.2F) : random.uniform(1.0F, 1.8F)};
    const float spread = from_car ? 0.15F : 0.6F;
    const float pitch = (from_car ? 2.0F : 7.0F) * random.normal() * kRadPerDeg;
    const float roll = (from_car ? 1.0F : 3.0F) * random.normal() * kRadPerDeg;
    const float back = random.chance(0.25F) ? std::numbers::pi_v<float> : 0.0F;
    camera.world_from_camera =
        scene::camera_frame(position, back + spread * random.normal(), pitch, roll);
    if (scene::clearance_m(caster, position) < 0.6F) continue;
    if (scene::view_statistics(caster, camera, 2).near_share < 0.35F) break;
  }
  return camera;
}

std::array<double, 16> matrix_of(const scene::Frame& f) {
  return {f.x.x, f.y.x, f.z.x, f.origin.x, f.x.y, f.y.y, f.z.y, f.origin.y,
          f.x.z, f.y.z, f.z.z, f.origin.z, 0,     0,     0,     1};
}

}  // namespace

void SceneOptions::validate() const {
  const auto require_side = [](const char* name, int value) {
    if (value < 8 || value > 8192) {
      fail(ErrorKind::kInvalidArgument, "{} of a scene must be 8 to 8192 pixels, found {}", name,
           value);
    }
  };
  require_side("width", width);
  require_side("height", height);
  if (!(min_fov_deg > 5 && min_fov_deg <= max_fov_deg && max_fov_deg < 150)) {
    fail(ErrorKind::kInvalidArgument,
         "fields of view of a scene must rise within 5 to 150 degrees, found {} to {}", min_fov_deg,
         max_fov_deg);
  }
}

RenderedFrame render_scene(std::uint64_t seed, const SceneOptions& options) {
  options.validate();
  Random random(seed);
  Stage stage;
  const bool street = options.kind == SceneKind::kStreet ||
                      (options.kind == SceneKind::kAny && random.chance(kStreetShare));
  if (street) {
    scene::build_street(random, stage);
  } else {
    scene::build_room(random, stage);
  }
  const RayCaster caster(stage.world);
  const float fov = random.uniform(options.min_fov_deg, options.max_fov_deg) * kRadPerDeg;
  const Camera plain = scene::make_camera(options.width, options.height, fov);
  const Camera camera = street ? place_in_street(stage, caster, plain, random)
                               : place_in_room(stage, caster, plain, random);
  scene::RenderedView view = scene::render_view(caster, stage.lighting, camera);
  const auto effects = scene::CameraEffects::random(random);
  RenderedFrame frame;
  frame.image = scene::develop(view, effects, random.next_u64());
  frame.depth = std::move(view.depth);
  frame.intrinsics = {camera.fx_px, camera.fy_px,  camera.cx_px,
                      camera.cy_px, options.width, options.height};
  frame.world_from_camera = matrix_of(camera.world_from_camera);
  return frame;
}

}  // namespace promptdepth
