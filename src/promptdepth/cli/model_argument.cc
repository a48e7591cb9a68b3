#include "promptdepth/cli/model_argument.h"

#include "promptdepth/estimator/default_model.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {

std::unique_ptr<WeightFile> open_model_argument(const std::string& argument) {
  constexpr std::string_view kSeeded = "seeded:";
  if (argument == "default") return default_model();
  if (argument.starts_with(kSeeded))
    return seeded_weights(model_tensors(argument.substr(kSeeded.size())));
  return open_weights(argument);
}

}  // namespace promptdepth
