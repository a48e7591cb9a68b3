#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// The value at flat row-major index `index` of the tensor `name` (official naming) under the
/// seeded rule: FNV-1a of the name, splitmix64, uniform in [-1, 1), scaled by what the name says
/// the tensor is. The golden tensors of the published network were computed with these weights, so
/// tests and benchmarks need no file.
float seeded_weight(std::string_view name, const Shape& shape, std::uint64_t index);

/// A catalogue whose tensors are computed by the rule when they are read, always float32.
std::unique_ptr<WeightFile> seeded_weights(std::vector<TensorInfo> tensors);

}  // namespace promptdepth
