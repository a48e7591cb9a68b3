#include "promptdepth/train/sample_loader.h"

#include <algorithm>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

constexpr int kMostAttempts = 32;

/// Cuts that show less depth than this teach nothing.
constexpr double kLeastValidShare = 0.05;

/// Streams of random numbers, so that one draw more in one leaves the others as they were.
enum class Stream : std::uint64_t { kFrameSize = 1, kCut = 2, kPrompt = 3 };

Random stream(const Recipe& recipe, Stream which, std::int64_t index, int attempt = 0) {
  const std::uint64_t key = recipe.seed << 8 | static_cast<std::uint64_t>(which);
  return Random(splitmix64(splitmix64(key) ^ static_cast<std::uint64_t>(index)) +
                static_cast<std::uint64_t>(attempt));
}

const FrameRecipe& frame_of(const Recipe& recipe, std::int64_t index) {
  float total = 0;
  for (const FrameRecipe& frame : recipe.frames) total += frame.share;
  float draw = stream(recipe, Stream::kFrameSize, index).uniform(0, total);
  for (const FrameRecipe& frame : recipe.frames) {
    draw -= frame.share;
    if (draw < 0) return frame;
  }
  return recipe.frames.back();
}

double valid_share(const DepthMap& depth) {
  return static_cast<double>(count_valid(depth)) / static_cast<double>(depth.pixel_count());
}

}  // namespace

Sample training_sample(const Recipe& recipe, SceneCache& scenes, std::int64_t index, int width,
                       int height) {
  const std::int64_t scene = scene_of_sample(recipe.scenes, recipe.seed, index);
  const auto stored = scenes.frame(scene);
  const ImageWithDepth whole{.image = stored->image(), .depth = stored->depth};
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    Random random = stream(recipe, Stream::kCut, index, attempt);
    ImageWithDepth frame = cut_frame(whole, width, height, recipe.augmentation, random);
    if (valid_share(frame.depth) < kLeastValidShare) continue;
    jitter_colors(frame.image, recipe.augmentation, random);
    const std::uint64_t seed = stream(recipe, Stream::kPrompt, index, attempt).next_u64();
    try {
      return make_sample(std::move(frame), recipe.prompts, seed);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidData) throw;  // Else no anchor met a depth.
    }
  }
  fail(ErrorKind::kInvalidData, "expected depth in training scene {}, found none in {} cuts of it",
       scene, kMostAttempts);
}

Batch training_batch(const Recipe& recipe, SceneCache& scenes, std::int64_t index) {
  const FrameRecipe& frame = frame_of(recipe, index);
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < recipe.micro_batch; ++i) {
    samples.push_back(
        training_sample(recipe, scenes, index * recipe.micro_batch + i, frame.width, frame.height));
  }
  return join(samples, recipe.loss);
}

SampleLoader::SampleLoader(const Recipe& recipe, std::int64_t first, int threads,
                           std::int64_t prefetch, SampleShare share)
    : recipe_(recipe),
      scenes_(recipe.scenes.options, recipe.seed),
      prefetch_(prefetch),
      share_(share),
      next_to_make_(first),
      next_to_take_(first) {
  PD_CHECK(threads >= 1 && prefetch >= 1 && first >= 0);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

SampleLoader::~SampleLoader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  room_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Batch SampleLoader::next() {
  Slot slot;
  {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return made_.count(next_to_take_) > 0; });
    slot = std::move(made_.extract(next_to_take_).mapped());
    ++next_to_take_;
    scenes_.forget_before(first_live_scene(
        recipe_.scenes, share_.micro_batch(next_to_take_) * recipe_.micro_batch));
  }
  room_.notify_all();
  if (slot.error) std::rethrow_exception(slot.error);
  return std::move(slot.batch);
}

void SampleLoader::work() {
  set_thread_count(1);
  std::unique_lock lock(mutex_);
  for (;;) {
    room_.wait(lock, [&] { return stopping_ || next_to_make_ < next_to_take_ + prefetch_; });
    if (stopping_) return;
    const std::int64_t index = next_to_make_++;
    lock.unlock();
    Slot slot;
    try {
      slot.batch = training_batch(recipe_, scenes_, share_.micro_batch(index));
    } catch (...) {
      slot.error = std::current_exception();
    }
    lock.lock();
    made_.emplace(index, std::move(slot));
    ready_.notify_all();
  }
}

}  // namespace promptdepth
