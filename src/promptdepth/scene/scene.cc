#include "promptdepth/scene/scene.h"

#include "promptdepth/base/error.h"
#include "promptdepth/scene/shot.h"

namespace promptdepth {

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
  const scene::Shot shot(seed, options);
  return shot.render(shot.camera(), shot.noise_seed());
}

}  // namespace promptdepth
