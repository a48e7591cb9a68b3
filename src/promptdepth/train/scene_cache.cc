#include "promptdepth/train/scene_cache.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "promptdepth/base/random.h"
#include "promptdepth/scene/seeds.h"

namespace promptdepth {

StoredFrame::StoredFrame(const RenderedFrame& frame)
    : width(frame.image.width), height(frame.image.height), depth(frame.depth) {
  rgb.reserve(frame.image.rgb.size());
  for (const float value : frame.image.rgb) {
    rgb.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F)));
  }
}

Image StoredFrame::image() const {
  Image result(width, height);
  std::transform(rgb.begin(), rgb.end(), result.rgb.begin(),
                 [](std::uint8_t value) { return static_cast<float>(value) / 255.0F; });
  return result;
}

std::shared_ptr<const StoredFrame> SceneCache::frame(std::int64_t index) {
  std::optional<std::promise<std::shared_ptr<const StoredFrame>>> mine;
  Future future;
  {
    const std::lock_guard lock(mutex_);
    const auto found = frames_.find(index);
    if (found == frames_.end()) {
      mine.emplace();
      future = mine->get_future().share();
      frames_.emplace(index, future);
      ++rendered_count_;
    } else {
      future = found->second;
    }
  }
  if (mine) {
    try {
      const std::uint64_t seed = training_scene_seed(run_, static_cast<std::uint64_t>(index));
      mine->set_value(std::make_shared<const StoredFrame>(render_scene(seed, options_)));
    } catch (...) {
      mine->set_exception(std::current_exception());
    }
  }
  return future.get();
}

void SceneCache::forget_before(std::int64_t index) {
  const std::lock_guard lock(mutex_);
  frames_.erase(frames_.begin(), frames_.lower_bound(index));
}

std::int64_t SceneCache::rendered_count() const {
  const std::lock_guard lock(mutex_);
  return rendered_count_;
}

std::int64_t scene_of_sample(const SceneRecipe& scenes, std::uint64_t run, std::int64_t index) {
  const std::int64_t newest = index / scenes.uses;
  const std::int64_t choices = std::min(scenes.window, newest + 1);
  Random random(splitmix64(run ^ 0x7363656e65ULL) ^ static_cast<std::uint64_t>(index));
  return newest - static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(choices)));
}

std::int64_t first_live_scene(const SceneRecipe& scenes, std::int64_t index) {
  return std::max<std::int64_t>(0, index / scenes.uses - scenes.window + 1);
}

}  // namespace promptdepth
