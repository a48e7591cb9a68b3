#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

namespace promptdepth {

/// The place of this process among those that train one model together.
struct PeersOptions {
  int rank = 0;                              ///< 0 to size - 1; rank 0 writes the run's files.
  int size = 1;                              ///< Processes.
  std::string master_address = "127.0.0.1";  ///< Where rank 0 listens.
  int master_port = 29500;
  /// How long to wait for a process that neither answers nor breaks the connection: longer than
  /// rank 0 takes for a validation.
  std::chrono::seconds timeout{1800};
};

/// What torchrun, Slurm's and Kubernetes' launchers set: RANK, WORLD_SIZE, MASTER_ADDR,
/// MASTER_PORT. A single process where WORLD_SIZE is not set. Throws Error(kInvalidArgument) that
/// names the variable that is missing, no number, or out of range.
PeersOptions peers_from_environment();

/// Sums and copies tensors between the processes of a run, with LibTorch's c10d over Gloo. Every
/// process must make the same calls in the same order. When another process dies or does not
/// answer, a call throws Error(kIo) that says so; it does not hang. A single process needs no
/// network and its calls do nothing.
class Peers {
 public:
  /// Meets the others; throws Error(kIo) when they do not come within the timeout, and
  /// Error(kUnsupported) for more than one process in a build without Gloo.
  explicit Peers(const PeersOptions& options);
  ~Peers();
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;

  int rank() const { return options_.rank; }
  int size() const { return options_.size; }
  bool is_first() const { return options_.rank == 0; }

  /// Replaces the tensors (float32, of the same shapes everywhere) by their sums over all
  /// processes, the same bits everywhere. Undefined ones, which must be so everywhere, stay so.
  void sum(std::vector<torch::Tensor>& tensors);
  void sum(std::vector<double>& numbers);

  /// Copies those of rank 0 to all.
  void copy_from_first(const std::vector<torch::Tensor>& tensors);
  std::int64_t copy_from_first(std::int64_t number);

 private:
  struct Group;

  PeersOptions options_;
  std::unique_ptr<Group> group_;  ///< None for a single process.
};

}  // namespace promptdepth
