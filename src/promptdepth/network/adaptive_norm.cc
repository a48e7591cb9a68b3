#include "promptdepth/network/adaptive_norm.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace promptdepth {
namespace {

const std::string kDesign = "prompting.adaln";

std::string layer_name(std::int64_t block, const char* layer, std::size_t norm) {
  return fmt::format("{}.blocks.{}.zero_{}{}", kDesign, block, layer, norm + 1);
}

/// a·b of equal shapes, in terms of silu(a)·b (Session::swiglu): a = silu(a) − silu(−a), since
/// sigmoid(a) + sigmoid(−a) = 1.
FeatureMap product(Session& session, const FeatureMap& a, const FeatureMap& b) {
  const FeatureMap minus_a = session.add(a, a, -2.0F);
  const FeatureMap positive[] = {a, b};
  const FeatureMap negative[] = {minus_a, b};
  FeatureMap result = session.swiglu(session.concat(positive));
  return session.add(std::move(result), session.swiglu(session.concat(negative)), -1.0F);
}

}  // namespace

void AdaptiveNorm::describe(const Dinov2Config& encoder, const DptConfig& /*decoder*/,
                            Manifest& manifest) {
  const std::int64_t d = encoder.width;
  PromptTokens::describe(kDesign, encoder, manifest);
  for (std::int64_t block = 0; block < encoder.depth; ++block) {
    for (std::size_t norm = 0; norm < 2; ++norm) {
      manifest.require_layer(layer_name(block, "scale", norm), {d, d}, d);
      manifest.require_layer(layer_name(block, "shift", norm), {d, d}, d);
    }
  }
}

std::unique_ptr<const Prompting> AdaptiveNorm::make(const Dinov2Config& encoder,
                                                    const LayerReader& reader) {
  return std::make_unique<AdaptiveNorm>(encoder, reader);
}

AdaptiveNorm::AdaptiveNorm(const Dinov2Config& encoder, const LayerReader& reader)
    : tokens_(kDesign, encoder.position, reader) {
  for (std::int64_t block = 0; block < encoder.depth; ++block) {
    auto& norms = blocks_.emplace_back();
    for (std::size_t norm = 0; norm < norms.size(); ++norm) {
      norms[norm] = {.scale = reader.linear(layer_name(block, "scale", norm)),
                     .shift = reader.linear(layer_name(block, "shift", norm))};
    }
  }
}

FeatureMap AdaptiveNorm::encode(Session& session, FeatureMap prompt, std::int64_t patch_rows,
                                std::int64_t patch_columns) const {
  return tokens_.run(session, prompt, patch_rows, patch_columns);
}

FeatureMap AdaptiveNorm::after_norm(Session& session, std::size_t block, BlockNorm norm,
                                    FeatureMap normed, const FeatureMap& prompt) const {
  const Modulation& modulation = blocks_[block][static_cast<std::size_t>(norm)];
  const FeatureMap scaled = product(session, session.linear(prompt, *modulation.scale, {}), normed);
  normed = session.linear(prompt, *modulation.shift, {.residual = std::move(normed)});
  return session.add(std::move(normed), scaled);
}

}  // namespace promptdepth
