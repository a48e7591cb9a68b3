#include "promptdepth/train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "promptdepth/base/error.h"
#include "promptdepth/train/schedule.h"

namespace promptdepth {
namespace {

HostTensor to_host(const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().to(torch::kFloat).contiguous();
  const float* data = values.data_ptr<float>();
  return HostTensor::from_floats(Shape(std::span(values.sizes().data(), values.sizes().size())),
                                 std::vector<float>(data, data + values.numel()));
}

void read_into(const WeightFile& state, const std::string& name, torch::Tensor& target) {
  const TensorInfo* info = state.find(name);
  const Shape expected(std::span(target.sizes().data(), target.sizes().size()));
  if (info == nullptr || !(info->shape == expected)) {
    fail(ErrorKind::kInvalidData, "{}: expected a tensor '{}' of {}, found {}", state.description(),
         name, expected.to_string(), info == nullptr ? "none" : info->shape.to_string());
  }
  std::vector<float> values = state.read(name).to_floats();
  target.detach().copy_(torch::from_blob(values.data(), target.sizes(), torch::kFloat));
}

bool is_encoder(const std::string& name) { return name.starts_with("pretrained."); }

}  // namespace

Optimizer::Optimizer(const Parameters& parameters, const OptimizerRecipe& recipe,
                     std::int64_t steps)
    : recipe_(recipe), steps_(steps) {
  for (const auto& [name, parameter] : parameters) {
    const torch::Tensor values = parameter.detach();
    entries_.push_back({.name = name,
                        .parameter = parameter,
                        .average = values.clone(),
                        .first_moment = torch::zeros_like(values),
                        .second_moment = torch::zeros_like(values),
                        .updates = torch::zeros({1}),
                        .rate_factor = is_encoder(name) ? recipe.encoder_rate_factor : 1});
  }
}

double Optimizer::update(const std::vector<torch::Tensor>& gradients) {
  PD_CHECK(gradients.size() == entries_.size());
  const torch::NoGradGuard no_gradients;
  double squares = 0;
  for (const torch::Tensor& gradient : gradients) {
    if (gradient.defined()) squares += gradient.pow(2).sum(torch::kDouble).item<double>();
  }
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm)) {
    fail(ErrorKind::kInvalidData, "training diverged: the gradient of step {} is not finite",
         step_);
  }
  const double scale = std::min(1.0, recipe_.clip_norm / std::max(norm, 1e-12));
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (gradients[i].defined()) update_entry(entries_[i], gradients[i], scale);
  }
  ++step_;
  return norm;
}

/// m ← β1·m + (1 − β1)·g,  v ← β2·v + (1 − β2)·g²,
/// p ← p·(1 − rate·decay) − rate · m̂ / (sqrt(v̂) + ε) with m̂, v̂ corrected for their start at 0.
void Optimizer::update_entry(Entry& entry, const torch::Tensor& gradient, double scale) const {
  const double rate = entry.rate_factor * learning_rate_at(recipe_, step_, steps_);
  const double updates = entry.updates.add_(1).item<double>();
  const double correction1 = 1 - std::pow(recipe_.beta1, updates);
  const double correction2 = 1 - std::pow(recipe_.beta2, updates);
  const torch::Tensor g = gradient * scale;
  entry.first_moment.mul_(recipe_.beta1).add_(g, 1 - recipe_.beta1);
  entry.second_moment.mul_(recipe_.beta2).addcmul_(g, g, 1 - recipe_.beta2);
  torch::Tensor parameter = entry.parameter.detach();
  if (parameter.dim() > 1) parameter.mul_(1 - rate * recipe_.weight_decay);
  const torch::Tensor divisor = (entry.second_moment / correction2).sqrt_().add_(recipe_.epsilon);
  parameter.addcdiv_(entry.first_moment, divisor, -rate / correction1);
  entry.average.lerp_(parameter, 1 - ema_decay_at(recipe_, step_));
}

std::vector<torch::Tensor> Optimizer::parameters() const {
  std::vector<torch::Tensor> result;
  for (const Entry& entry : entries_) result.push_back(entry.parameter);
  return result;
}

std::vector<torch::Tensor> Optimizer::state() const {
  std::vector<torch::Tensor> result;
  for (const Entry& entry : entries_) {
    for (const torch::Tensor* tensor : {&entry.parameter, &entry.average, &entry.first_moment,
                                        &entry.second_moment, &entry.updates}) {
      result.push_back(tensor->detach());
    }
  }
  return result;
}

MemoryWeights Optimizer::averaged_weights() const {
  MemoryWeights weights("averaged weights of the training run");
  for (const Entry& entry : entries_) weights.add(entry.name, to_host(entry.average));
  return weights;
}

void Optimizer::save_to(MemoryWeights& state) const {
  for (const Entry& entry : entries_) {
    state.add("parameter." + entry.name, to_host(entry.parameter));
    state.add("average." + entry.name, to_host(entry.average));
    state.add("first_moment." + entry.name, to_host(entry.first_moment));
    state.add("second_moment." + entry.name, to_host(entry.second_moment));
    state.add("updates." + entry.name, to_host(entry.updates));
  }
}

void Optimizer::restore_from(const WeightFile& state, std::int64_t step) {
  const torch::NoGradGuard no_gradients;
  for (Entry& entry : entries_) {
    read_into(state, "parameter." + entry.name, entry.parameter);
    read_into(state, "average." + entry.name, entry.average);
    read_into(state, "first_moment." + entry.name, entry.first_moment);
    read_into(state, "second_moment." + entry.name, entry.second_moment);
    read_into(state, "updates." + entry.name, entry.updates);
  }
  step_ = step;
}

}  // namespace promptdepth
