#include "promptdepth/train/gradient_step.h"

#include <algorithm>
#include <span>
#include <utility>

#include <malloc.h>
#include <torch/torch.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/train/schedule.h"

namespace promptdepth {

namespace {

void add(std::vector<torch::Tensor>& sum, std::vector<torch::Tensor>& part) {
  if (sum.empty()) {
    sum = std::move(part);
    return;
  }
  for (std::size_t p = 0; p < sum.size(); ++p) {
    if (!part[p].defined()) continue;
    if (sum[p].defined()) {
      sum[p].add_(part[p]);
    } else {
      sum[p] = part[p];
    }
  }
}

}  // namespace

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
#endif
}

GradientStep::GradientStep(TorchBackend& backend, const Network& network, const Recipe& recipe,
                           int threads, int processes)
    : backend_(backend),
      network_(network),
      recipe_(recipe),
      threads_(threads),
      processes_(processes) {
  const auto wave =
      std::min(recipe.micro_batches_per_step(), static_cast<std::int64_t>(std::max(1, threads)));
  for (std::int64_t i = 0; i < wave; ++i) sessions_.push_back(backend_.make_session());
}

StepGradients GradientStep::compute(const std::vector<Batch>& micro_batches, std::int64_t step,
                                    const std::vector<torch::Tensor>& parameters) {
  StepGradients sum;
  for (std::size_t first = 0; first < micro_batches.size(); first += sessions_.size()) {
    add_wave(micro_batches, first, step, parameters, sum);
  }
  return sum;
}

void GradientStep::add_wave(const std::vector<Batch>& micro_batches, std::size_t first,
                            std::int64_t step, const std::vector<torch::Tensor>& parameters,
                            StepGradients& sum) {
  std::vector<StepGradients> parts(std::min(sessions_.size(), micro_batches.size() - first));
  set_thread_count(threads_);
  if (sessions_.size() == 1) {
    parts[0] = micro_batch(*sessions_[0], micro_batches[first], step, parameters);
  } else {
    // LibTorch sets the number of threads of whoever calls it first; oneDNN must see one thread
    // inside the loop, or its convolutions wait for others that never come.
    parallel_for(static_cast<std::int64_t>(parts.size()), [&](std::int64_t i) {
      set_thread_count(1);
      const auto k = static_cast<std::size_t>(i);
      parts[k] = micro_batch(*sessions_[k], micro_batches[first + k], step, parameters);
    });
  }
  for (StepGradients& part : parts) {
    sum.prompt_loss += part.prompt_loss;
    sum.loss += part.loss;
    add(sum.gradients, part.gradients);
  }
}

StepGradients GradientStep::micro_batch(Session& session, const Batch& batch, std::int64_t step,
                                        const std::vector<torch::Tensor>& parameters) const {
  const auto upload = [&](const std::vector<float>& values, std::int64_t channels) {
    return session.upload(values, {batch.n, batch.height, batch.width, channels});
  };
  NetworkInput input{.image = upload(batch.image, 3), .prompt = {}, .measured = {}};
  if (!is_prompt_free(recipe_, step)) {
    input.prompt = upload(batch.prompt, 1);
    input.measured = upload(batch.measured, 1);
  }
  const torch::Tensor prediction = tensor_of(network_.forward(session, input));
  const torch::Tensor values = prediction.detach().to(torch::kFloat).contiguous();
  torch::Tensor derivative = torch::empty_like(values);
  const auto count = static_cast<std::size_t>(values.numel());
  const std::span<float> slopes(derivative.data_ptr<float>(), count);
  const LossSettings settings = loss_settings(recipe_, step, processes_);
  StepGradients result;
  result.prompt_loss = batch_loss(batch.prompt, batch, settings, slopes).total;
  result.loss = batch_loss({values.data_ptr<float>(), count}, batch, settings, slopes);
  result.gradients = torch::autograd::grad({prediction}, parameters, {derivative},
                                           /*retain_graph=*/c10::nullopt, /*create_graph=*/false,
                                           /*allow_unused=*/true);
  return result;
}

}  // namespace promptdepth
