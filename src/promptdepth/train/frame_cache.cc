#include "promptdepth/train/frame_cache.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "promptdepth/base/random.h"

namespace promptdepth {

std::shared_ptr<const StoredFrame> FrameCache::frame(std::int64_t slot) {
  std::optional<std::promise<std::shared_ptr<const StoredFrame>>> mine;
  Future future;
  {
    const std::lock_guard lock(mutex_);
    const auto found = frames_.find(slot);
    if (found == frames_.end()) {
      mine.emplace();
      future = mine->get_future().share();
      frames_.emplace(slot, future);
      ++made_count_;
    } else {
      future = found->second;
    }
  }
  if (mine) {
    try {
      mine->set_value(std::make_shared<const StoredFrame>(make_(slot)));
    } catch (...) {
      mine->set_exception(std::current_exception());
    }
  }
  return future.get();
}

void FrameCache::forget_before(std::int64_t slot) {
  const std::lock_guard lock(mutex_);
  frames_.erase(frames_.begin(), frames_.lower_bound(slot));
}

std::int64_t FrameCache::made_count() const {
  const std::lock_guard lock(mutex_);
  return made_count_;
}

std::int64_t slot_of_sample(const FrameSharing& sharing, std::uint64_t run, std::int64_t index) {
  const std::int64_t newest = index / sharing.uses;
  const std::int64_t choices = std::min(sharing.window, newest + 1);
  Random random(splitmix64(run ^ 0x7363656e65ULL) ^ static_cast<std::uint64_t>(index));
  return newest - static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(choices)));
}

std::int64_t first_live_slot(const FrameSharing& sharing, std::int64_t index) {
  return std::max<std::int64_t>(0, index / sharing.uses - sharing.window + 1);
}

}  // namespace promptdepth
