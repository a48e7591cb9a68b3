#include "promptdepth/train/sample_loader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

constexpr int kMostCuts = 32;
constexpr int kMostFrames = 32;

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
  if (depth.empty()) return 0;
  return static_cast<double>(count_valid(depth)) / static_cast<double>(depth.pixel_count());
}

/// A sample from the frame as it has been cut: with its own prompt, or with a simulated one.
Sample with_prompt(ImageWithDepth frame, const Recipe& recipe, const DataRecipe& set,
                   Random& random) {
  const std::uint64_t seed = random.next_u64();
  const bool real = !frame.prompt.empty() && random.chance(set.real_prompt_share);
  const SimulationMix mix = recipe.prompts_at(frame.place);
  Sample sample = real ? make_sample(std::move(frame)) : make_sample(std::move(frame), mix, seed);
  const float depth_range_m = recipe.model.depth_range_m;
  if (depth_range_m > 0) sample.normalize_by({.min_m = 0, .max_m = depth_range_m});
  return sample;
}

/// Cuts until there is depth and a prompt; nothing, and why not, after many. `frame_attempt` says
/// how many other frames were tried before.
std::optional<Sample> cut_sample(const Recipe& recipe, const DataRecipe& set,
                                 const ImageWithDepth& whole, std::int64_t index, int frame_attempt,
                                 const FrameRecipe& size, std::string& why_not) {
  for (int cut = 0; cut < kMostCuts; ++cut) {
    const int attempt = frame_attempt * kMostCuts + cut;
    Random random = stream(recipe, Stream::kCut, index, attempt);
    try {
      ImageWithDepth frame = cut_frame(whole, size.width, size.height, recipe.augmentation, random);
      if (std::max(valid_share(frame.depth), valid_share(frame.pseudo_depth)) < kLeastValidShare) {
        why_not = fmt::format("expected depth in it, found next to none in {} parts", kMostCuts);
        continue;
      }
      jitter_colors(frame.image, recipe.augmentation, random);
      Random prompt_random = stream(recipe, Stream::kPrompt, index, attempt);
      return with_prompt(std::move(frame), recipe, set, prompt_random);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidData) throw;
      why_not = error.what();  // Such as no measurement in this part.
    }
  }
  return std::nullopt;
}

/// Whether an error speaks of one frame, and another one may do.
bool is_of_frame(const Error& error) {
  return error.kind() == ErrorKind::kIo || error.kind() == ErrorKind::kInvalidData;
}

}  // namespace

Sample training_sample(const Recipe& recipe, TrainingData& data, std::int64_t index, int width,
                       int height) {
  const std::size_t data_set = data_set_of_sample(recipe, index);
  const DataRecipe& set = recipe.data[data_set];
  std::string why_not;
  for (int attempt = 0; attempt < kMostFrames; ++attempt) {
    try {
      const ImageWithDepth whole = data.frame(index, attempt)->frame();
      std::optional<Sample> sample = cut_sample(recipe, set, whole, index, attempt,
                                                {.width = width, .height = height}, why_not);
      if (sample) {
        sample->data_set = data_set;
        return std::move(*sample);
      }
      data.skip(index, attempt, why_not);
    } catch (const Error& error) {
      if (!is_of_frame(error)) throw;
      why_not = error.what();
    }
  }
  fail(ErrorKind::kInvalidData,
       "expected usable frames in the data set '{}', found none in {} draws; the last: {}",
       set.label(), kMostFrames, why_not);
}

Batch training_batch(const Recipe& recipe, TrainingData& data, std::int64_t index) {
  const FrameRecipe& frame = frame_of(recipe, index);
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < recipe.micro_batch; ++i) {
    samples.push_back(
        training_sample(recipe, data, index * recipe.micro_batch + i, frame.width, frame.height));
  }
  return join(samples, recipe.loss);
}

SampleLoader::SampleLoader(const Recipe& recipe, std::int64_t first, int threads,
                           std::int64_t prefetch, const std::filesystem::path& data_folder,
                           SampleShare share)
    : recipe_(recipe),
      data_(recipe, data_folder),
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
    data_.forget_before(share_.micro_batch(next_to_take_) * recipe_.micro_batch);
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
      slot.batch = training_batch(recipe_, data_, share_.micro_batch(index));
    } catch (...) {
      slot.error = std::current_exception();
    }
    lock.lock();
    made_.emplace(index, std::move(slot));
    ready_.notify_all();
  }
}

}  // namespace promptdepth
