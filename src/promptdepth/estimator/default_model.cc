#include "promptdepth/estimator/default_model.h"

#include <cstddef>
#include <span>

#include "promptdepth/tensor/safetensors.h"

extern "C" {
// Defined in default_model.S.
extern const std::byte promptdepth_default_model_begin[];
extern const std::byte promptdepth_default_model_end[];
}

namespace promptdepth {

std::unique_ptr<WeightFile> default_model() {
  const std::span<const std::byte> content(promptdepth_default_model_begin,
                                           promptdepth_default_model_end);
  return open_safetensors(content, "the default model");
}

}  // namespace promptdepth
