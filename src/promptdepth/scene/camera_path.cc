#include "promptdepth/scene/camera_path.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

constexpr float kTwoPi = 2 * std::numbers::pi_v<float>;
constexpr float kRadPerDeg = std::numbers::pi_v<float> / 180;

/// A slow wave that starts at 0, with a faster and weaker one on top.
class Sway {
 public:
  Sway(Random& random, float amplitude, float least_period_s, float greatest_period_s)
      : amplitude_(amplitude),
        period_s_(random.uniform(least_period_s, greatest_period_s)),
        phase_(random.uniform(0, kTwoPi)),
        ripple_(0.15F * random.uniform()) {}

  float at(float t_s) const { return amplitude_ * (wave(t_s) - wave(0)); }

 private:
  float wave(float t_s) const {
    const float angle = kTwoPi * t_s / period_s_ + phase_;
    return portable::sin(angle) + ripple_ * portable::sin(3.7F * angle);
  }

  float amplitude_;
  float period_s_;
  float phase_;
  float ripple_;
};

struct Pose {
  Vec3 position;
  float yaw_rad = 0;
  float pitch_rad = 0;
  float roll_rad = 0;
};

/// The inverse of camera_frame().
Pose pose_of(const Frame& frame) {
  const Vec3 level_right = normalized(cross(frame.z, {0, 0, 1}));
  const Vec3 level_down = cross(frame.z, level_right);
  return {frame.origin, portable::atan2(frame.z.y, frame.z.x),
          portable::asin(std::clamp(frame.z.z, -1.0F, 1.0F)),
          portable::atan2(dot(frame.x, level_down), dot(frame.x, level_right))};
}

/// How a camera's pose changes with time.
struct Motion {
  Vec3 velocity;  ///< Metres per second.
  Sway x, y, z, yaw, pitch, roll;

  /// The pose after t_s; `share` of the way, but all of the turning.
  Pose at(const Pose& start, float t_s, float share) const {
    const Vec3 way = velocity * t_s + Vec3{x.at(t_s), y.at(t_s), z.at(t_s)};
    return {start.position + way * share, start.yaw_rad + yaw.at(t_s),
            std::clamp(start.pitch_rad + pitch.at(t_s), -1.45F, 1.2F),
            start.roll_rad + roll.at(t_s)};
  }
};

std::vector<Camera> cameras_along(const Motion& motion, const Camera& start, int frames,
                                  float share) {
  const Pose first = pose_of(start.world_from_camera);
  std::vector<Camera> path(static_cast<std::size_t>(frames), start);
  for (int i = 1; i < frames; ++i) {
    const Pose pose = motion.at(first, static_cast<float>(i) / kFrameRate_hz, share);
    path[static_cast<std::size_t>(i)].world_from_camera =
        camera_frame(pose.position, pose.yaw_rad, pose.pitch_rad, pose.roll_rad);
  }
  return path;
}

/// The longest of ever shorter ways on which every camera satisfies `is_free`; standing in the end.
template <typename IsFree>
std::vector<Camera> first_free_path(const Motion& motion, const Camera& start, int frames,
                                    const IsFree& is_free) {
  for (const float share : {1.0F, 0.6F, 0.35F, 0.2F, 0.1F, 0.04F}) {
    std::vector<Camera> path = cameras_along(motion, start, frames, share);
    const bool free = std::all_of(path.begin() + 1, path.end(), [&](const Camera& camera) {
      return is_free(camera.world_from_camera.origin);
    });
    if (free) return path;
  }
  return cameras_along(motion, start, frames, 0);
}

bool is_inside(const Stage& stage, Vec3 p) {
  return p.x >= stage.low.x && p.x <= stage.high.x && p.y >= stage.low.y && p.y <= stage.high.y &&
         p.z >= 0.2F && p.z <= stage.high.z;
}

}  // namespace

std::vector<Camera> hand_held_path(const Stage& stage, const RayCaster& caster, const Camera& start,
                                   int frames, Random& random) {
  const Motion motion{{},
                      Sway(random, random.uniform(0.3F, 1), 5, 11),
                      Sway(random, random.uniform(0.3F, 1), 5, 11),
                      Sway(random, random.uniform(0.05F, 0.2F), 4, 8),
                      Sway(random, random.uniform(10, 45) * kRadPerDeg, 5, 12),
                      Sway(random, random.uniform(2, 12) * kRadPerDeg, 4, 9),
                      Sway(random, random.uniform(0.5F, 4) * kRadPerDeg, 3, 7)};
  return first_free_path(motion, start, frames, [&](Vec3 p) {
    return is_inside(stage, p) && clearance_m(caster, p) >= 0.15F;
  });
}

std::vector<Camera> street_path(const Stage& stage, const RayCaster& caster, const Camera& start,
                                int frames, Random& random) {
  const bool drives = random.chance(0.5F);
  const float speed = drives ? random.uniform(4, 12) : random.uniform(0.8F, 1.5F);
  const float along_street = start.world_from_camera.z.x < 0 ? -speed : speed;
  const float sway = drives ? 0.15F : 1.0F;
  const Motion motion{{along_street, 0, 0},
                      Sway(random, 0, 1, 2),
                      Sway(random, sway * random.uniform(0.1F, 0.5F), 4, 9),
                      Sway(random, sway * 0.03F, 0.5F, 0.7F),
                      Sway(random, sway * random.uniform(5, 25) * kRadPerDeg, 4, 9),
                      Sway(random, sway * 3 * kRadPerDeg, 3, 7),
                      Sway(random, sway * 1.5F * kRadPerDeg, 2, 5)};
  const float half_width = std::max(std::fabs(stage.low.y), std::fabs(stage.high.y));
  return first_free_path(motion, start, frames, [&](Vec3 p) {
    return p.x > -20 && p.x < 65 && std::fabs(p.y) <= half_width && clearance_m(caster, p) >= 0.4F;
  });
}

}  // namespace promptdepth::scene
