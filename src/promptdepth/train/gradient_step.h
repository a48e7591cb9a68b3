#pragma once

#include <memory>
#include <vector>

#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/network/network.h"
#include "promptdepth/train/batch_loss.h"
#include "promptdepth/train/optimizer.h"

namespace promptdepth {

/// The loss of one update and its gradients, in the parameters' order.
struct StepGradients {
  LossValue loss;
  double prompt_loss = 0;  ///< Total loss of the upsampled prompt itself, to compare with.
  std::vector<torch::Tensor> gradients;
};

/// Has the process keep the memory that it frees: gradients of convolutions come and go with large
/// buffers, each of which the system would map, clear and unmap again.
void keep_freed_memory();

/// Runs a trainable network forwards and backwards. Each micro-batch is one task of one core:
/// nothing waits for anything but the end of the step, so it scales where the threads of a
/// convolution would not, and the sum over micro-batches is taken in their order, so that the
/// result does not depend on the number of threads. A single micro-batch has all threads, and then
/// the last bits may depend on how many. As many gradients as threads are held at a time.
class GradientStep {
 public:
  /// Backend, network and recipe must outlive it. The update is shared by `processes` processes.
  GradientStep(TorchBackend& backend, const Network& network, const Recipe& recipe, int threads,
               int processes = 1);

  /// What these micro-batches add to the mean over all samples of update number `step`. A parameter
  /// that the network does not use in this update has an undefined gradient.
  StepGradients compute(const std::vector<Batch>& micro_batches, std::int64_t step,
                        const std::vector<torch::Tensor>& parameters);

 private:
  /// Adds the micro-batches from `first` on, one per thread, to the sum.
  void add_wave(const std::vector<Batch>& micro_batches, std::size_t first, std::int64_t step,
                const std::vector<torch::Tensor>& parameters, StepGradients& sum);
  StepGradients micro_batch(Session& session, const Batch& batch, std::int64_t step,
                            const std::vector<torch::Tensor>& parameters) const;

  TorchBackend& backend_;
  const Network& network_;
  const Recipe& recipe_;
  int threads_;
  int processes_;
  std::vector<std::unique_ptr<Session>> sessions_;  ///< One per thread that has a micro-batch.
};

}  // namespace promptdepth
