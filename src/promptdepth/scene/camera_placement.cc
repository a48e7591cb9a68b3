#include "promptdepth/scene/camera_placement.h"

#include <algorithm>
#include <numbers>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

constexpr float kRadPerDeg = std::numbers::pi_v<float> / 180;

float random_roll(Random& random) {
  const float spread_deg = random.chance(0.1F) ? 25.0F : 3.5F;
  return spread_deg * random.normal() * kRadPerDeg;
}

Frame hand_held(const Stage& stage, Random& random) {
  const Vec3 position{random.uniform(stage.low.x, stage.high.x),
                      random.uniform(stage.low.y, stage.high.y),
                      std::min(random.uniform(0.6F, 1.9F), stage.high.z)};
  const float pitch =
      (random.chance(0.15F) ? random.uniform(-60, 20) : -8 + 11 * random.normal()) * kRadPerDeg;
  const float yaw = random.uniform(0, 2 * std::numbers::pi_v<float>);
  return camera_frame(position, yaw, std::clamp(pitch, -1.4F, 1.0F), random_roll(random));
}

/// Looks at a thing of the scene from 0.4 to 2.2 m.
Frame close_view(const Stage& stage, Random& random) {
  const auto& objects = stage.world.objects();
  const Vec3 target = objects[random.below(objects.size())].frame.origin;
  const float angle = random.uniform(0, 2 * std::numbers::pi_v<float>);
  const float distance = random.uniform(0.4F, 2.2F);
  const Vec3 wanted = target + normalized({portable::cos(angle), portable::sin(angle),
                                           random.uniform(-0.2F, 0.9F)}) *
                                   distance;
  const Vec3 position{std::clamp(wanted.x, stage.low.x, stage.high.x),
                      std::clamp(wanted.y, stage.low.y, stage.high.y),
                      std::clamp(wanted.z, 0.25F, stage.high.z)};
  const Vec3 towards = target - position;
  const float yaw = portable::atan2(towards.y, towards.x) + 0.12F * random.normal();
  const float pitch =
      portable::atan2(towards.z, portable::hypot(towards.x, towards.y)) + 0.1F * random.normal();
  return camera_frame(position, yaw, std::clamp(pitch, -1.4F, 1.2F), random_roll(random));
}

}  // namespace

Camera place_in_room(const Stage& stage, const RayCaster& caster, Camera camera, Random& random) {
  Camera best = camera;
  const Vec3 middle = (stage.low + stage.high) * 0.5F;
  best.world_from_camera = camera_frame(middle, random.uniform(0, 6), 0, 0);
  float best_score = -100;
  const bool close = random.chance(0.25F);
  const int attempts = random.chance(0.08F) ? 1 : 14;  // now and then a dull view
  for (int attempt = 0, tried = 0; attempt < 40 && tried < attempts; ++attempt) {
    camera.world_from_camera = close ? close_view(stage, random) : hand_held(stage, random);
    if (clearance_m(caster, camera.world_from_camera.origin) < (close ? 0.2F : 0.3F)) continue;
    ++tried;
    const auto view = view_statistics(caster, camera, close ? 0.3F : 0.6F);
    const float depth =
        close ? std::min(view.median_depth_m, 0.7F) : std::min(view.median_depth_m, 2.5F);
    const float score = depth - 2 * view.near_share +
                        0.06F * static_cast<float>(std::min(view.objects, 40)) +
                        random.uniform(0, 0.5F);
    if (score > best_score) {
      best = camera;
      best_score = score;
    }
  }
  return best;
}

Camera place_in_street(const Stage& stage, const RayCaster& caster, Camera camera, Random& random) {
  const bool from_car = random.chance(0.5F);
  const float spread = from_car ? 0.15F : 0.6F;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Vec3 position{random.uniform(stage.low.x, stage.high.x),
                        random.uniform(stage.low.y, stage.high.y) * (from_car ? 0.5F : 1.0F),
                        from_car ? random.uniform(1.2F, 2.2F) : random.uniform(1.0F, 1.8F)};
    const float pitch = (from_car ? 2.0F : 7.0F) * random.normal() * kRadPerDeg;
    const float roll = (from_car ? 1.0F : 3.0F) * random.normal() * kRadPerDeg;
    const float back = random.chance(0.25F) ? std::numbers::pi_v<float> : 0.0F;
    camera.world_from_camera = camera_frame(position, back + spread * random.normal(), pitch, roll);
    if (clearance_m(caster, position) < 0.6F) continue;
    if (view_statistics(caster, camera, 2).near_share < 0.35F) break;
  }
  return camera;
}

}  // namespace promptdepth::scene
