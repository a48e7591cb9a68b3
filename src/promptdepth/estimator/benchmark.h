#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "promptdepth/estimator/estimator.h"

namespace promptdepth {

struct BenchmarkOptions {
  int height = 756;
  int width = 1008;
  PrecisionChoice precision = PrecisionChoice::kAuto;
  int repeats = 5;           ///< Measured runs after one that is not counted; >= 1.
  bool measure_peak = true;  ///< Off leaves peak_gflop_per_s and share_of_peak 0.

  void validate() const;
};

/// Time of one stage of the network, the sum over the stages of that kind (all blocks, say).
struct StageTime {
  std::string name;
  double seconds = 0;  ///< Median over the repeats.
};

struct BenchmarkReport {
  std::string model;   ///< Such as "vits".
  std::string device;  ///< Such as "cpu bf16".
  int height = 0;
  int width = 0;
  int threads = 0;
  double seconds = 0;  ///< Median time of one forward pass.
  double gflop = 0;    ///< Work of one pass, 1e9 operations (two per multiply-add).
  double gflop_per_s = 0;
  /// Of a large matrix product in the same precision, beside each pass; median over the repeats.
  double peak_gflop_per_s = 0;
  double share_of_peak = 0;        ///< Each pass over the peak beside it; median over the repeats.
  std::size_t peak_rss_bytes = 0;  ///< Of the whole process so far.
  /// From opening the weights to a network that is ready to run. Made-up weights are made in this
  /// time; only a file's says how long loading takes.
  double load_seconds = 0;
  std::vector<StageTime> stages = {};
};

/// Loads the model that `open` opens and times its forward pass on a synthetic photo and a 192×256
/// prompt. Throws what opening and building it throw, and Error(kInvalidArgument) when the model
/// does not take the size.
BenchmarkReport benchmark_network(const std::function<std::unique_ptr<WeightFile>()>& open,
                                  const BenchmarkOptions& options);

}  // namespace promptdepth
