#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "promptdepth/base/random.h"
#include "promptdepth/network/prompt_depth_anything.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {

/// Prompt Depth Anything with one attention head, four blocks and a few channels.
inline PromptDepthAnythingConfig tiny_config(std::string_view prompting) {
  return {.encoder = {.width = 64, .depth = 4, .hidden = 48, .position_grid = 4},
          .decoder = {.encoder_width = 64, .neck = {6, 6, 8, 8}, .features = 8, .head_hidden = 4},
          .prompting = prompting_design(prompting).name};
}

/// Seeded weights of the tiny network; at the start of training where asked, with zeros where
/// training starts with them.
inline MemoryWeights tiny_weights(std::string_view prompting, bool at_start = false) {
  const auto seeded =
      seeded_weights(PromptDepthAnything::manifest(tiny_config(prompting)).tensors());
  MemoryWeights weights("a test", {{kPromptingKey, std::string(prompting)}});
  for (const TensorInfo& tensor : seeded->tensors()) {
    const bool zero = at_start && starts_at_zero(tensor.name);
    weights.add(tensor.name,
                zero ? HostTensor::filled(tensor.shape, 0.0F) : seeded->read(tensor.name));
  }
  return weights;
}

inline std::vector<float> uniform_values(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = random.uniform();
  return values;
}

inline FeatureMap upload_uniform(Session& session, FeatureShape shape, std::uint64_t seed) {
  return session.upload(uniform_values(shape.element_count(), seed), shape);
}

inline std::vector<float> downloaded(Session& session, const FeatureMap& x) {
  std::vector<float> values(static_cast<std::size_t>(x.shape().element_count()));
  session.download(x, values);
  return values;
}

/// The normalised depth of two random images of 28×42 pixels with random prompts of 5×7; without
/// any where `prompt_seed` is 0.
inline std::vector<float> tiny_depth(const WeightFile& weights, Backend& backend,
                                     std::uint64_t prompt_seed) {
  const auto network = build_network(weights, backend);
  const auto session = backend.make_session();
  FeatureMap prompt;
  if (prompt_seed != 0) prompt = upload_uniform(*session, {2, 5, 7, 1}, prompt_seed);
  return downloaded(
      *session, network->forward(*session, {.image = upload_uniform(*session, {2, 28, 42, 3}, 1),
                                            .prompt = prompt,
                                            .measured = prompt}));
}

}  // namespace promptdepth
