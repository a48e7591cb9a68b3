#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "promptdepth/train/recipe.h"
#include "promptdepth/train/sample.h"
#include "promptdepth/train/training_data.h"

namespace promptdepth {

/// Training sample `index`: a pure function of the recipe, the index and what the data sets hold.
/// Where a cut shows no depth (all sky) or no measurement it tries others, then another frame, as
/// where a frame is missing or broken, and throws Error(kInvalidData) after many.
Sample training_sample(const Recipe& recipe, TrainingData& data, std::int64_t index, int width,
                       int height);

/// Micro-batch `index`: samples index·micro_batch and following, all of the size drawn for it.
Batch training_batch(const Recipe& recipe, TrainingData& data, std::int64_t index);

/// Which micro-batches one of several processes makes: of every update those that are its own, in
/// the order in which a single process with as many times the batch would have them.
struct SampleShare {
  int rank = 0;  ///< 0 to processes - 1.
  int processes = 1;
  std::int64_t per_step = 1;  ///< Micro-batches of an update that are a process' own.

  /// Number `i` of the process' own ones.
  std::int64_t micro_batch(std::int64_t i) const {
    return (i / per_step * processes + rank) * per_step + i % per_step;
  }
};

/// Makes micro-batches ahead of the trainer on threads of its own (rendering and simulation use one
/// core per thread). What comes out does not depend on their number.
class SampleLoader {
 public:
  /// Starts with number `first` of its share; at most `prefetch` are made ahead. `recipe` must
  /// outlive it; relative paths of its data sets start at `data_folder`. Throws what opening them
  /// throws.
  SampleLoader(const Recipe& recipe, std::int64_t first, int threads, std::int64_t prefetch,
               const std::filesystem::path& data_folder = {}, SampleShare share = {});
  SampleLoader(const SampleLoader&) = delete;
  SampleLoader& operator=(const SampleLoader&) = delete;
  ~SampleLoader();

  /// The next micro-batch, in order; waits until it is ready. Throws what making it threw.
  Batch next();

  /// Scenes rendered so far.
  std::int64_t rendered_scenes() const { return data_.rendered_scenes(); }

  /// What was missing or broken so far.
  const SkippedFrames& skipped() const { return data_.skipped(); }

 private:
  struct Slot {
    Batch batch;
    std::exception_ptr error;
  };

  void work();

  const Recipe& recipe_;
  TrainingData data_;
  std::int64_t prefetch_;
  SampleShare share_;

  std::mutex mutex_;
  std::condition_variable room_;   ///< Something was taken, or the loader stops.
  std::condition_variable ready_;  ///< Something was made.
  std::int64_t next_to_make_;
  std::int64_t next_to_take_;
  bool stopping_ = false;
  std::map<std::int64_t, Slot> made_;
  std::vector<std::thread> threads_;
};

}  // namespace promptdepth
