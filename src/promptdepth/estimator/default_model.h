#pragma once

#include <memory>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// The default model (models/promptdepth-compact.safetensors), which is linked into the library.
std::unique_ptr<WeightFile> default_model();

}  // namespace promptdepth
