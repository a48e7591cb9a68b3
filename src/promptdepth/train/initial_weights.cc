#include "promptdepth/train/initial_weights.h"

#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/backend/layers.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/compact.h"

namespace promptdepth {
namespace {

constexpr double kResidualScale = 0.3;
constexpr double kUpScale = 0.35;
constexpr const char* kFirstWeight = "compact.level0.down.weight";
constexpr const char* kFirstBias = "compact.level0.down.bias";

double deviation_of(const TensorInfo& tensor) {
  const std::string_view name = tensor.name;
  if (name.ends_with(".bias") || name.starts_with("compact.head.")) return 0;
  double fan_in = 1;
  for (std::size_t axis = 1; axis < tensor.shape.rank(); ++axis) {
    fan_in *= static_cast<double>(tensor.shape[axis]);
  }
  const double slope = kLeakyReluSlope;
  const double he = std::sqrt(2 / ((1 + slope * slope) * fan_in));
  if (name.ends_with(".conv2.weight")) return kResidualScale * he;
  return name.ends_with(".up.weight") ? kUpScale * he : he;
}

std::vector<float> normal_values(const Shape& shape, double deviation, Random& random) {
  std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
  for (float& value : values) value = static_cast<float>(deviation * random.normal());
  return values;
}

/// What an input channel is like: red, green, blue, prompt, its detail, mask of measured pixels.
struct InputStatistics {
  float mean;
  float deviation;
};
constexpr InputStatistics kInputs[] = {{0.45F, 0.25F}, {0.45F, 0.25F}, {0.45F, 0.25F},
                                       {0.4F, 0.25F},  {0, 0.05F},     {1, 1}};

/// Makes the first layer see inputs of mean 0 and variance 1: with inputs that are all positive,
/// most units would stay on one side of their kink and the network would start almost linear.
void standardize_inputs(const Shape& shape, std::vector<float>& weight, std::vector<float>& bias) {
  const auto taps = static_cast<std::size_t>(shape[2] * shape[3]);
  const auto inputs = static_cast<std::size_t>(shape[1]);
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const std::size_t input = i / taps % inputs;
    const InputStatistics& statistics = kInputs[input % std::size(kInputs)];
    weight[i] /= statistics.deviation;
    bias[i / taps / inputs] -= weight[i] * statistics.mean;
  }
}

}  // namespace

MemoryWeights initial_weights(const ModelRecipe& model, std::uint64_t seed) {
  PD_CHECK(model.family == "compact");
  const std::vector<TensorInfo> tensors = Compact::manifest({.channels = model.channels}).tensors();
  Random random(splitmix64(seed ^ 0x77656967687473ULL));
  std::map<std::string, std::vector<float>> values;
  for (const TensorInfo& tensor : tensors) {
    values[tensor.name] = normal_values(tensor.shape, deviation_of(tensor), random);
  }
  MemoryWeights weights("initial weights");
  for (const TensorInfo& tensor : tensors) {
    if (tensor.name == kFirstWeight) {
      standardize_inputs(tensor.shape, values[kFirstWeight], values[kFirstBias]);
    }
  }
  for (const TensorInfo& tensor : tensors) {
    weights.add(tensor.name, HostTensor::from_floats(tensor.shape, std::move(values[tensor.name])));
  }
  return weights;
}

}  // namespace promptdepth
