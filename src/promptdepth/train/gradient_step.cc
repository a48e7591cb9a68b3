#include "promptdepth/train/gradient_step.h"

#include <utility>

#include <torch/torch.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {

GradientStep::GradientStep(TorchBackend& backend, const Network& network, const Recipe& recipe,
                           int threads)
    : backend_(backend), network_(network), recipe_(recipe), threads_(threads) {
  for (std::int64_t i = 0; i < recipe.micro_batches_per_step(); ++i) {
    sessions_.push_back(backend_.make_session());
  }
}

StepGradients GradientStep::compute(const std::vector<Batch>& micro_batches, double soft_width,
                                    const std::vector<torch::Tensor>& parameters) {
  PD_CHECK(micro_batches.size() == sessions_.size());
  std::vector<StepGradients> parts(micro_batches.size());
  // LibTorch sets the number of threads of whoever calls it first; oneDNN must see one thread
  // inside the loop, or its convolutions wait for others that never come.
  set_thread_count(threads_);
  parallel_for(static_cast<std::int64_t>(parts.size()), [&](std::int64_t i) {
    set_thread_count(1);
    const auto k = static_cast<std::size_t>(i);
    parts[k] = micro_batch(*sessions_[k], micro_batches[k], soft_width, parameters);
  });
  StepGradients sum = std::move(parts[0]);
  for (std::size_t k = 1; k < parts.size(); ++k) {
    sum.prompt_loss += parts[k].prompt_loss;
    sum.loss.total += parts[k].loss.total;
    sum.loss.l1 += parts[k].loss.l1;
    sum.loss.gradient += parts[k].loss.gradient;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      sum.gradients[p].add_(parts[k].gradients[p]);
    }
  }
  return sum;
}

StepGradients GradientStep::micro_batch(Session& session, const Batch& batch, double soft_width,
                                        const std::vector<torch::Tensor>& parameters) const {
  const auto upload = [&](const std::vector<float>& values, std::int64_t channels) {
    return session.upload(values, {batch.n, batch.height, batch.width, channels});
  };
  const FeatureMap depth = network_.forward(session, {.image = upload(batch.image, 3),
                                                      .prompt = upload(batch.prompt, 1),
                                                      .measured = upload(batch.measured, 1)});
  const torch::Tensor prediction = tensor_of(depth);
  const torch::Tensor values = prediction.detach().to(torch::kFloat).contiguous();
  torch::Tensor derivative = torch::empty_like(values);
  const auto count = static_cast<std::size_t>(values.numel());
  const auto divisor = static_cast<double>(recipe_.batch);
  StepGradients result;
  result.prompt_loss = prompt_space_loss(batch.prompt, batch, recipe_.loss, soft_width, divisor,
                                         {derivative.data_ptr<float>(), count})
                           .total;
  result.loss = prompt_space_loss({values.data_ptr<float>(), count}, batch, recipe_.loss,
                                  soft_width, divisor, {derivative.data_ptr<float>(), count});
  result.gradients = torch::autograd::grad({prediction}, parameters, {derivative});
  return result;
}

}  // namespace promptdepth
