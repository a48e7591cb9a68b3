#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "promptdepth/train/stored_frame.h"

namespace promptdepth {

/// The frames that samples are cut from, made (rendered or read) when they are first asked for.
/// Thread-safe; two threads that want the same frame wait for one to make it.
class FrameCache {
 public:
  using Make = std::function<ImageWithDepth(std::int64_t slot)>;

  explicit FrameCache(Make make) : make_(std::move(make)) {}

  /// The frame in `slot`. Throws what making it threw, each time.
  std::shared_ptr<const StoredFrame> frame(std::int64_t slot);

  /// Lets go of all slots before `slot`.
  void forget_before(std::int64_t slot);

  /// How often a frame was made or tried to be.
  std::int64_t made_count() const;

 private:
  using Future = std::shared_future<std::shared_ptr<const StoredFrame>>;

  Make make_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Future> frames_;
  std::int64_t made_count_ = 0;
};

/// How frames are shared among samples: sample i is cut from one of the last `window` of i / uses
/// frames, so that each is seen `uses` times on average.
struct FrameSharing {
  std::int64_t window = 1;
  std::int64_t uses = 1;
};

/// Which slot sample `index` is cut from, a pure function of its arguments.
std::int64_t slot_of_sample(const FrameSharing& sharing, std::uint64_t run, std::int64_t index);

/// The first slot that this sample or a later one may be cut from.
std::int64_t first_live_slot(const FrameSharing& sharing, std::int64_t index);

}  // namespace promptdepth
