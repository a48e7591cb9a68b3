#include "promptdepth/network/prompt_fusion.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace promptdepth {
namespace {

std::string layer_name(std::size_t level, int layer) {
  return fmt::format("depth_head.scratch.refinenet{}.resConfUnit_depth.{}", level + 1, 2 * layer);
}

}  // namespace

void PromptFusion::describe(const Dinov2Config& /*encoder*/, const DptConfig& decoder,
                            Manifest& manifest) {
  const std::int64_t f = decoder.features;
  for (std::size_t level = 0; level < 4; ++level) {
    manifest.require_layer(layer_name(level, 0), {f, 1, 3, 3}, f);
    manifest.require_layer(layer_name(level, 1), {f, f, 3, 3}, f);
    manifest.require_layer(layer_name(level, 2), {f, f, 3, 3}, f);
  }
}

std::unique_ptr<const Prompting> PromptFusion::make(const Dinov2Config& /*encoder*/,
                                                    const LayerReader& reader) {
  return std::make_unique<PromptFusion>(reader);
}

PromptFusion::PromptFusion(const LayerReader& reader) {
  for (std::size_t level = 0; level < 4; ++level) {
    for (int layer = 0; layer < 3; ++layer) {
      branches_[level][static_cast<std::size_t>(layer)] = reader.conv2d(layer_name(level, layer));
    }
  }
}

/// The prompt is always resampled from the original map, not chained between levels.
FeatureMap PromptFusion::in_fusion_block(Session& session, std::size_t level, FeatureMap path,
                                         const FeatureMap& prompt) const {
  const Branch& branch = branches_[level];
  FeatureMap q =
      session.resize_bilinear(prompt, path.shape().h, path.shape().w, PixelAlignment::kHalfPixel);
  q = session.conv2d(q, *branch[0], {.nonlinearity = Nonlinearity::kRelu});
  q = session.conv2d(q, *branch[1], {.nonlinearity = Nonlinearity::kRelu});
  return session.conv2d(q, *branch[2], {.residual = std::move(path)});
}

}  // namespace promptdepth
