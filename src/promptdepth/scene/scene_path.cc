#include "promptdepth/scene/scene_path.h"

#include "promptdepth/base/error.h"
#include "promptdepth/scene/camera_path.h"
#include "promptdepth/scene/shot.h"

namespace promptdepth {
namespace {

std::vector<scene::Camera> path_through(const scene::Shot& shot, std::uint64_t seed, int frames) {
  Random random(splitmix64(seed ^ 0x70617468ULL));
  return shot.is_street()
             ? scene::street_path(shot.stage(), shot.caster(), shot.camera(), frames, random)
             : scene::hand_held_path(shot.stage(), shot.caster(), shot.camera(), frames, random);
}

}  // namespace

struct ScenePath::Recording {
  Recording(std::uint64_t seed, const SceneOptions& options, int frames)
      : shot(seed, options), cameras(path_through(shot, seed, frames)) {}

  scene::Shot shot;
  std::vector<scene::Camera> cameras;
};

ScenePath::ScenePath(std::uint64_t seed, const SceneOptions& options, int frames) {
  options.validate();
  if (frames < 1 || frames > 100000) {
    fail(ErrorKind::kInvalidArgument, "a camera path has 1 to 100000 frames, found {}", frames);
  }
  recording_ = std::make_unique<const Recording>(seed, options, frames);
}

ScenePath::ScenePath(ScenePath&&) noexcept = default;
ScenePath::~ScenePath() = default;

int ScenePath::frame_count() const { return static_cast<int>(recording_->cameras.size()); }

RenderedFrame ScenePath::frame(int index) const {
  PD_CHECK(index >= 0 && index < frame_count());
  const auto& shot = recording_->shot;
  return shot.render(recording_->cameras[static_cast<std::size_t>(index)],
                     shot.noise_seed() + static_cast<std::uint64_t>(index));
}

}  // namespace promptdepth
