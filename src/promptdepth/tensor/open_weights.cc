#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

std::unique_ptr<WeightFile> open_weights(const std::filesystem::path& path) {
  return open_safetensors(path);
}

}  // namespace promptdepth
