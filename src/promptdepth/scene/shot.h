#pragma once

#include <cstdint>

#include "promptdepth/scene/camera_effects.h"
#include "promptdepth/scene/renderer.h"
#include "promptdepth/scene/scene.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth::scene {

/// A built scene with a camera in it, as both follow from a seed and the options. Const and
/// shareable between threads.
class Shot {
 public:
  Shot(std::uint64_t seed, const SceneOptions& options);

  bool is_street() const { return is_street_; }
  const Stage& stage() const { return stage_; }
  const RayCaster& caster() const { return *caster_; }
  const Camera& camera() const { return camera_; }
  std::uint64_t noise_seed() const { return noise_seed_; }

  /// What another camera in the same scene delivers, with the shot's defects.
  RenderedFrame render(const Camera& camera, std::uint64_t noise_seed) const;

 private:
  bool is_street_;
  Stage stage_;
  std::unique_ptr<const RayCaster> caster_;
  Camera camera_;
  CameraEffects effects_;
  std::uint64_t noise_seed_;
};

}  // namespace promptdepth::scene
