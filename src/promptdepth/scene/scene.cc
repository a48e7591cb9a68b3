#include "promptdepth/scene/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "promptdepth/base/error.h"
#include "promptdepth/scene/camera.h"
#include "promptdepth/scene/camera_effects.h"
#include "promptdepth/scene/camera_placement.h"
#include "promptdepth/scene/renderer.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth {
namespace {

using scene::Camera;
using scene::RayCaster;
using scene::Stage;

constexpr float kRadPerDeg = std::numbers::pi_v<float> / 180;
constexpr float kStreetShare = 0.2F;  ///< Of the scenes of any kind.

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
  const Camera camera = street ? scene::place_in_street(stage, caster, plain, random)
                               : scene::place_in_room(stage, caster, plain, random);
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
