#pragma once

#include <memory>
#include <string>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// What --model and friends take: "default" (the model inside the program), "seeded:SIZE" (vits,
/// vitb, vitl, vitg or compact with reproducible made-up weights, for tests and timing), or a file.
std::unique_ptr<WeightFile> open_model_argument(const std::string& argument);

inline constexpr const char* kModelHelp =
    "A weight file (safetensors or PyTorch checkpoint), 'default' for the model inside this "
    "program, or seeded:SIZE "
    "(vits, vitb, vitl, vitg, compact) for made-up weights";

}  // namespace promptdepth
