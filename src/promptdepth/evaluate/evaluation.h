#pragma once

#include <filesystem>
#include <vector>

#include "promptdepth/base/progress.h"
#include "promptdepth/evaluate/method.h"
#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/evaluate/results.h"

namespace promptdepth {

struct EvaluationOptions {
  /// Holds settings.json and frames.csv; made if missing. What an earlier run of the same settings
  /// left there is taken over.
  std::filesystem::path folder = {};
  bool overwrite = false;  ///< Start anew instead.
};

/// Runs every method on every case of the protocol, on this process' threads, and scores it. Throws
/// Error(kInvalidArgument) when the folder holds results of other settings.
Results evaluate(const Protocol& protocol, const std::vector<Method>& methods,
                 const EvaluationOptions& options, const ProgressCallback& progress = {});

}  // namespace promptdepth
