#pragma once

#include <memory>
#include <vector>

#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/network/network.h"
#include "promptdepth/train/losses.h"
#include "promptdepth/train/optimizer.h"

namespace promptdepth {

/// The loss of one update and its gradients, in the parameters' order.
struct StepGradients {
  LossValue loss;
  double prompt_loss = 0;  ///< Total loss of the upsampled prompt itself, to compare with.
  std::vector<torch::Tensor> gradients;
};

/// Runs a trainable network forwards and backwards. Each micro-batch is one task of one core:
/// nothing waits for anything but the end of the step, so it scales where the threads of a
/// convolution would not, and the sum over micro-batches is taken in their order, so that the
/// result does not depend on the number of threads.
class GradientStep {
 public:
  /// Backend, network and recipe must outlive it.
  GradientStep(TorchBackend& backend, const Network& network, const Recipe& recipe, int threads);

  /// The mean over the samples of all micro-batches.
  StepGradients compute(const std::vector<Batch>& micro_batches, double soft_width,
                        const std::vector<torch::Tensor>& parameters);

 private:
  StepGradients micro_batch(Session& session, const Batch& batch, double soft_width,
                            const std::vector<torch::Tensor>& parameters) const;

  TorchBackend& backend_;
  const Network& network_;
  const Recipe& recipe_;
  int threads_;
  std::vector<std::unique_ptr<Session>> sessions_;  ///< One per micro-batch.
};

}  // namespace promptdepth
