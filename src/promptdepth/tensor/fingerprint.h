#pragma once

#include <cstdint>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// A number that tells weights apart: CRC-32 over the tensors' names, types, shapes and bytes in
/// the order of their names; the same for every file that holds the same tensors.
std::uint32_t fingerprint(const WeightFile& weights);

}  // namespace promptdepth
