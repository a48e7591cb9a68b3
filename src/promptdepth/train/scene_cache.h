#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// A rendered scene as it is kept: pictures are 8 bits deep anyway.
struct StoredFrame {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
  DepthMap depth;

  explicit StoredFrame(const RenderedFrame& frame);
  Image image() const;
};

/// The scenes that samples are cut from, rendered when they are first asked for. Thread-safe; two
/// threads that want the same scene wait for one rendering.
class SceneCache {
 public:
  SceneCache(SceneOptions options, std::uint64_t run) : options_(options), run_(run) {}

  /// Training scene `index`. Throws what rendering throws.
  std::shared_ptr<const StoredFrame> frame(std::int64_t index);

  /// Lets go of all scenes before `index`.
  void forget_before(std::int64_t index);

  std::int64_t rendered_count() const;

 private:
  using Future = std::shared_future<std::shared_ptr<const StoredFrame>>;

  SceneOptions options_;
  std::uint64_t run_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Future> frames_;
  std::int64_t rendered_count_ = 0;
};

/// Which scene sample `index` is cut from: one of the last `window` of index / uses, a pure
/// function of its arguments.
std::int64_t scene_of_sample(const SceneRecipe& scenes, std::uint64_t run, std::int64_t index);

/// The first scene that this sample or a later one may be cut from.
std::int64_t first_live_scene(const SceneRecipe& scenes, std::int64_t index);

}  // namespace promptdepth
