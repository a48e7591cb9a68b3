#include "promptdepth/train/initial_weights.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/backend/layers.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/compact.h"
#include "promptdepth/network/naming.h"
#include "promptdepth/network/prompt_depth_anything.h"
#include "promptdepth/network/prompting_designs.h"

namespace promptdepth {
namespace {

constexpr double kResidualScale = 0.3;
constexpr double kUpScale = 0.35;
constexpr const char* kFirstWeight = "compact.level0.down.weight";
constexpr const char* kFirstBias = "compact.level0.down.bias";

constexpr double kEncoderDeviation = 0.02;
constexpr std::string_view kPropagation = "compact.propagation";

constexpr const char* kDescription = "initial weights";

double fan_in_of(const Shape& weight) {
  double fan_in = 1;
  for (std::size_t axis = 1; axis < weight.rank(); ++axis) {
    fan_in *= static_cast<double>(weight[axis]);
  }
  return fan_in;
}

double deviation_of(const TensorInfo& tensor) {
  const std::string_view name = tensor.name;
  if (name.ends_with(".bias") || name.starts_with("compact.head.") ||
      name.starts_with(kPropagation)) {
    return 0;
  }
  const double fan_in = fan_in_of(tensor.shape);
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

CompactConfig compact_config_of(const ModelRecipe& model) {
  return {.channels = model.channels, .propagations = static_cast<int>(model.propagations)};
}

MemoryWeights random_compact(const ModelRecipe& model, Random& random) {
  const std::vector<TensorInfo> tensors = Compact::manifest(compact_config_of(model)).tensors();
  std::map<std::string, std::vector<float>> values;
  for (const TensorInfo& tensor : tensors) {
    values[tensor.name] = normal_values(tensor.shape, deviation_of(tensor), random);
  }
  MemoryWeights weights(kDescription);
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

PromptDepthAnythingConfig config_of(const ModelRecipe& model) {
  if (model.size != "custom") {
    PromptDepthAnythingConfig config = PromptDepthAnything::config_of_size(model.size);
    config.prompting = prompting_design(model.prompting).name;
    return config;
  }
  PromptDepthAnythingConfig config = {
      .encoder = {.width = model.width,
                  .depth = model.depth,
                  .hidden = 4 * model.width,
                  .position_grid = model.position_grid},
      .decoder = {.encoder_width = model.width, .features = model.features},
      .prompting = prompting_design(model.prompting).name};
  std::copy_n(model.neck.begin(), 4, config.decoder.neck.begin());
  return config;
}

/// What the network uses, in the manifest's order: without image statistics and unused layers.
std::vector<TensorInfo> used_tensors(const ModelRecipe& model) {
  std::vector<TensorInfo> tensors = PromptDepthAnything::manifest(config_of(model)).tensors();
  std::erase_if(tensors, [](const TensorInfo& tensor) {
    const std::string_view name = tensor.name;
    return name.starts_with('_') || name == "pretrained.mask_token" ||
           name.starts_with("depth_head.scratch.refinenet4.resConfUnit1.");
  });
  return tensors;
}

std::vector<float> uniform_values(const Shape& shape, double bound, Random& random) {
  std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
  const auto most = static_cast<float>(bound);
  for (float& value : values) value = random.uniform(-most, most);
  return values;
}

std::vector<float> encoder_values(const TensorInfo& tensor, Random& random) {
  const std::string_view name = tensor.name;
  const bool one = name.ends_with(".gamma") ||
                   (name.ends_with(".weight") && name.find("norm") != std::string_view::npos);
  const auto count = static_cast<std::size_t>(tensor.shape.element_count());
  if (one) return std::vector<float>(count, 1.0F);
  if (name.ends_with(".bias")) return std::vector<float>(count, 0.0F);
  return normal_values(tensor.shape, kEncoderDeviation, random);
}

/// `bound` is of uniform values; `before` has the tensors that were drawn so far.
std::vector<float> start_values(const TensorInfo& tensor, double bound, const WeightFile& before,
                                Random& random) {
  const std::string_view name = tensor.name;
  if (const auto original = encoder_original(name)) return before.read(*original).to_floats();
  if (starts_at_zero(name)) {
    return std::vector<float>(static_cast<std::size_t>(tensor.shape.element_count()), 0.0F);
  }
  const bool as_encoder =
      name.starts_with("pretrained.") || name.find(".norm.") != std::string_view::npos;
  return as_encoder ? encoder_values(tensor, random) : uniform_values(tensor.shape, bound, random);
}

MemoryWeights random_prompt_depth_anything(const ModelRecipe& model, Random& random) {
  MemoryWeights weights(kDescription, model_metadata(model));
  double bound = 1;  // Of the layer whose weight came last; its bias follows it.
  for (const TensorInfo& tensor : used_tensors(model)) {
    if (tensor.name.ends_with(".weight")) bound = 1 / std::sqrt(fan_in_of(tensor.shape));
    std::vector<float> values = start_values(tensor, bound, weights, random);
    weights.add(tensor.name, HostTensor::from_floats(tensor.shape, std::move(values)));
  }
  return weights;
}

/// What a model can be trained without and given later: the prompting design, which a foundation
/// model's file lacks, and the propagation of compact models.
bool can_be_added(std::string_view name) {
  return is_of_prompting(name) || name.starts_with(kPropagation);
}

/// A file that has some tensors of such a part and lacks others is damaged.
bool has_added_part(const WeightFile& file) {
  return std::ranges::any_of(file.tensors(),
                             [](const TensorInfo& tensor) { return can_be_added(tensor.name); });
}

Manifest manifest_of(const ModelRecipe& model) {
  return model.is_compact() ? Compact::manifest(compact_config_of(model))
                            : PromptDepthAnything::manifest(config_of(model));
}

/// The file's tensors and, where it has nothing of what can be added, those of `random` and copies
/// of its own encoder.
MemoryWeights completed(const WeightFile& file, const WeightFile& random) {
  MemoryWeights weights(file.description(), random.metadata());
  for (const TensorInfo& tensor : file.tensors()) weights.add(tensor.name, file.read(tensor.name));
  if (has_added_part(file)) return weights;
  for (const TensorInfo& tensor : random.tensors()) {
    if (!can_be_added(tensor.name)) continue;
    const auto original = encoder_original(tensor.name);
    const bool copied = original && file.find(*original) != nullptr;
    weights.add(tensor.name, copied ? file.read(*original) : random.read(tensor.name));
  }
  return weights;
}

}  // namespace

MemoryWeights random_weights(const ModelRecipe& model, std::uint64_t seed) {
  Random random(splitmix64(seed ^ 0x77656967687473ULL));
  return model.is_compact() ? random_compact(model, random)
                            : random_prompt_depth_anything(model, random);
}

MemoryWeights initial_weights(const ModelRecipe& model, std::uint64_t seed) {
  MemoryWeights random = random_weights(model, seed);
  if (model.initial_weights.empty()) return random;
  const std::unique_ptr<WeightFile> file = open_weights(model.initial_weights);
  const Naming naming = recognise_naming(*file);
  const std::unique_ptr<WeightFile> official = with_official_names(*file, naming);
  MemoryWeights weights = completed(*official, random);
  manifest_of(model).check(weights, model.is_compact() ? "compact" : model.size);
  return weights;
}

std::map<std::string, std::string> model_metadata(const ModelRecipe& model) {
  std::map<std::string, std::string> metadata;
  if (model.is_compact()) return metadata;
  metadata[kPromptingKey] = model.prompting;
  if (model.depth_range_m > 0) metadata[kDepthRangeKey] = fmt::format("{}", model.depth_range_m);
  return metadata;
}

}  // namespace promptdepth
