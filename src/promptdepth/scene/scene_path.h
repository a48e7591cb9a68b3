#pragma once

#include <memory>

#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// A recording at 30 frames a second of scene number `seed`, in which nothing but the camera moves.
/// Its first frame shows the scene as render_scene() does. Const and shareable between threads.
class ScenePath {
 public:
  /// `frames` from 1 to 100,000. Throws Error(kInvalidArgument) outside.
  ScenePath(std::uint64_t seed, const SceneOptions& options, int frames);
  ScenePath(ScenePath&&) noexcept;
  ~ScenePath();

  int frame_count() const;
  /// Frame `index`, 0 <= index < frame_count(). Poses of all frames refer to one world.
  RenderedFrame frame(int index) const;

 private:
  struct Recording;
  std::unique_ptr<const Recording> recording_;
};

}  // namespace promptdepth
