#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "promptdepth/train/batch_loss.h"
#include "promptdepth/train/validation.h"

namespace promptdepth {

/// One update, as metrics.jsonl tells it.
struct StepRecord {
  std::int64_t step = 0;  ///< Updates done, this one included.
  LossValue loss = {};
  double prompt_loss = 0;  ///< Of the upsampled prompt on the same samples.
  double gradient_norm = 0;
  double learning_rate = 0;
  double seconds = 0;          ///< Of this update, waiting included.
  double waiting_seconds = 0;  ///< Spent waiting for samples.
};

/// Means over several updates.
struct Pace {
  double seconds_per_step = 0;
  double waiting_share = 0;  ///< Of the time, spent waiting for samples, 0 to 1.
  double loss = 0;
};

/// All 0 without updates.
Pace pace_of(std::span<const StepRecord> steps);

struct ValidationRecord {
  std::int64_t step = 0;
  Validation validation = {};
};

/// What happened in a run, kept in memory and in RUN/metrics.jsonl (one JSON object per line, each
/// written at once, so that an interrupted run leaves whole lines but possibly the last).
class RunRecord {
 public:
  /// Takes over the lines up to update `step` of an earlier part of the run and drops the rest.
  RunRecord(const std::filesystem::path& path, std::int64_t step);

  void add(const StepRecord& record);
  void add(const ValidationRecord& record);

  const std::vector<StepRecord>& steps() const { return steps_; }
  /// Of the last updates, at most `count`.
  std::span<const StepRecord> last_steps(std::size_t count) const;
  const std::vector<ValidationRecord>& validations() const { return validations_; }

 private:
  void append(const std::string& line);

  std::filesystem::path path_;
  std::vector<StepRecord> steps_;
  std::vector<ValidationRecord> validations_;
};

}  // namespace promptdepth
