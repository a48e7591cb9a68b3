#include "promptdepth/scene/shot.h"

#include <numbers>

#include "promptdepth/scene/camera_placement.h"

namespace promptdepth::scene {
namespace {

constexpr float kRadPerDeg = std::numbers::pi_v<float> / 180;
constexpr float kStreetShare = 0.2F;  ///< Of the scenes of any kind.

std::array<double, 16> matrix_of(const Frame& f) {
  return {f.x.x, f.y.x, f.z.x, f.origin.x, f.x.y, f.y.y, f.z.y, f.origin.y,
          f.x.z, f.y.z, f.z.z, f.origin.z, 0,     0,     0,     1};
}

}  // namespace

Shot::Shot(std::uint64_t seed, const SceneOptions& options) {
  Random random(seed);
  is_street_ = options.kind == SceneKind::kStreet ||
               (options.kind == SceneKind::kAny && random.chance(kStreetShare));
  if (is_street_) {
    build_street(random, stage_);
  } else {
    build_room(random, stage_);
  }
  caster_ = std::make_unique<const RayCaster>(stage_.world);
  const float fov = random.uniform(options.min_fov_deg, options.max_fov_deg) * kRadPerDeg;
  const Camera plain = make_camera(options.width, options.height, fov);
  camera_ = is_street_ ? place_in_street(stage_, *caster_, plain, random)
                       : place_in_room(stage_, *caster_, plain, random);
  effects_ = CameraEffects::random(random);
  noise_seed_ = random.next_u64();
}

RenderedFrame Shot::render(const Camera& camera, std::uint64_t noise_seed) const {
  RenderedView view = render_view(*caster_, stage_.lighting, camera);
  RenderedFrame frame;
  frame.image = develop(view, effects_, noise_seed);
  frame.depth = std::move(view.depth);
  frame.surfaces = std::move(view.surfaces);
  frame.intrinsics = {camera.fx_px, camera.fy_px, camera.cx_px,
                      camera.cy_px, camera.width, camera.height};
  frame.world_from_camera = matrix_of(camera.world_from_camera);
  return frame;
}

}  // namespace promptdepth::scene
