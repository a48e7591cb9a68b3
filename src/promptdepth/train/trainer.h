#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

#include "promptdepth/base/progress.h"
#include "promptdepth/train/peers.h"
#include "promptdepth/train/recipe.h"
#include "promptdepth/train/validation.h"

namespace promptdepth {

struct TrainOptions {
  std::filesystem::path run_folder;  ///< Made if it is not there.
  bool resume = false;     ///< Go on from the folder's checkpoint; start if there is none.
  int threads = 1;         ///< That run the network; at least 1.
  int loader_threads = 1;  ///< That render, read and simulate beside them; at least 1.
  std::filesystem::path data_folder = {};  ///< Where relative paths of the data sets start.
  PeersOptions peers = {};  ///< Other processes of the same run; rank 0 alone writes files.
  /// The page of the run is written at each validation, and again once it is this old.
  std::chrono::seconds report_age{30};
  ProgressCallback progress = {};
  std::function<bool()> stop = {};  ///< Asked after each update; true saves and ends the run.
};

struct TrainResult {
  std::int64_t steps = 0;            ///< Updates done, those of earlier parts of the run included.
  bool finished = false;             ///< False when it was stopped.
  Validation final_validation = {};  ///< Of best.safetensors; without kinds when it was stopped.
};

/// Trains as the recipe says, with `batch` samples per update and process. In the run's folder it
/// keeps
///   recipe.json             the recipe with every setting
///   metrics.jsonl           one line per update and per validation
///   checkpoint.safetensors  all that resuming needs, replaced atomically
///   last.safetensors, best.safetensors   the averaged model, bf16, as of the last and of the best
///                           validation; both load in `predict`
///   report.html             curves and pictures, refreshed as it goes
/// A run that is killed at any moment goes on from its checkpoint with `resume`; with the same
/// recipe it ends in the same bits as one that was never interrupted. Throws
/// Error(kInvalidArgument) when the folder holds a run and `resume` is not set.
TrainResult train(const Recipe& recipe, const TrainOptions& options);

}  // namespace promptdepth
