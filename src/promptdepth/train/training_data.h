#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "promptdepth/capture/data_set.h"
#include "promptdepth/train/frame_cache.h"
#include "promptdepth/train/recipe.h"
#include "promptdepth/train/skipped_frames.h"

namespace promptdepth {

/// Opens a data set that is read from disk; `data_folder` is where a relative path starts. Throws
/// what opening it throws.
std::unique_ptr<DataSet> open_data_set(const DataRecipe& recipe,
                                       const std::filesystem::path& data_folder);

/// Which of the recipe's data sets sample `index` comes from, a pure function of its arguments.
std::size_t data_set_of_sample(const Recipe& recipe, std::int64_t index);

/// The frames that samples are cut from: rendered or read when they are first asked for, and kept
/// while later samples may need them. Thread-safe.
class TrainingData {
 public:
  /// Opens the recipe's data sets. `recipe` must outlive this. Throws what opening them throws.
  TrainingData(const Recipe& recipe, const std::filesystem::path& data_folder);

  /// The frame that sample `index` is cut from; with an `attempt` above 0 another one of the same
  /// data set, since the earlier ones could not be used. Throws Error(kIo) or Error(kInvalidData)
  /// when it is missing or broken; it is then among the skipped ones.
  std::shared_ptr<const StoredFrame> frame(std::int64_t index, int attempt);

  /// Says why the frame that frame(index, attempt) gave cannot be used.
  void skip(std::int64_t index, int attempt, const std::string& reason);

  /// Lets go of frames that only samples before `index` need.
  void forget_before(std::int64_t index);

  /// Procedural scenes rendered so far.
  std::int64_t rendered_scenes() const;

  const SkippedFrames& skipped() const { return skipped_; }

 private:
  struct Source {
    const DataRecipe* recipe = nullptr;
    std::unique_ptr<DataSet> data = nullptr;  ///< Null for procedural scenes.
    double share = 1;                         ///< Of the samples.
    std::unique_ptr<FrameCache> cache = nullptr;
  };

  std::int64_t index_within(const Source& source, std::int64_t index) const;
  FrameSharing sharing(const Source& source) const;
  std::uint64_t key(std::size_t data_set) const;
  std::int64_t slot(std::size_t data_set, std::int64_t index, int attempt) const;
  std::int64_t frame_number(std::size_t data_set, std::int64_t slot) const;
  std::string frame_name(std::size_t data_set, std::int64_t slot) const;
  ImageWithDepth make(std::size_t data_set, std::int64_t slot) const;

  const Recipe& recipe_;
  std::vector<Source> sources_;
  SkippedFrames skipped_;
};

}  // namespace promptdepth
