#include "promptdepth/train/initial_weights.h"

#include <cmath>
#include <string_view>
#include <vector>

#include "promptdepth/backend/layers.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/compact.h"

namespace promptdepth {
namespace {

constexpr double kResidualScale = 0.1;

double deviation_of(const TensorInfo& tensor) {
  const std::string_view name = tensor.name;
  if (name.ends_with(".bias") || name.starts_with("compact.head.")) return 0;
  double fan_in = 1;
  for (std::size_t axis = 1; axis < tensor.shape.rank(); ++axis) {
    fan_in *= static_cast<double>(tensor.shape[axis]);
  }
  const double slope = kLeakyReluSlope;
  const double he = std::sqrt(2 / ((1 + slope * slope) * fan_in));
  return name.ends_with(".conv2.weight") ? kResidualScale * he : he;
}

HostTensor normal_tensor(const Shape& shape, double deviation, Random& random) {
  std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
  for (float& value : values) value = static_cast<float>(deviation * random.normal());
  return HostTensor::from_floats(shape, std::move(values));
}

}  // namespace

MemoryWeights initial_weights(const ModelRecipe& model, std::uint64_t seed) {
  PD_CHECK(model.family == "compact");
  MemoryWeights weights("initial weights");
  Random random(splitmix64(seed ^ 0x77656967687473ULL));
  for (const TensorInfo& tensor : Compact::manifest({.channels = model.channels}).tensors()) {
    weights.add(tensor.name, normal_tensor(tensor.shape, deviation_of(tensor), random));
  }
  return weights;
}

}  // namespace promptdepth
