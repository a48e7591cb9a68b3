#include "promptdepth/network/cross_attention.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace promptdepth {
namespace {

const std::string kDesign = "prompting.cross_attention";

std::string block_name(std::int64_t block) { return fmt::format("{}.blocks.{}", kDesign, block); }

}  // namespace

void CrossAttention::describe(const Dinov2Config& encoder, const DptConfig& /*decoder*/,
                              Manifest& manifest) {
  const std::int64_t d = encoder.width;
  PromptTokens::describe(kDesign, encoder, manifest);
  for (std::int64_t i = 0; i < encoder.depth; ++i) {
    manifest.require_layer(block_name(i) + ".norm", {d}, d);
    manifest.require_layer(block_name(i) + ".query", {d, d}, d);
    manifest.require_layer(block_name(i) + ".key_value", {2 * d, d}, 2 * d);
    manifest.require_layer(block_name(i) + ".zero_output", {d, d}, d);
  }
}

std::unique_ptr<const Prompting> CrossAttention::make(const Dinov2Config& encoder,
                                                      const LayerReader& reader) {
  return std::make_unique<CrossAttention>(encoder, reader);
}

CrossAttention::CrossAttention(const Dinov2Config& encoder, const LayerReader& reader)
    : heads_(encoder.heads()), tokens_(kDesign, encoder.position, reader) {
  for (std::int64_t i = 0; i < encoder.depth; ++i) {
    blocks_.push_back({.norm = reader.layer_norm(block_name(i) + ".norm"),
                       .query = reader.linear(block_name(i) + ".query"),
                       .key_value = reader.linear(block_name(i) + ".key_value"),
                       .output = reader.linear(block_name(i) + ".zero_output")});
  }
}

FeatureMap CrossAttention::encode(Session& session, FeatureMap prompt, std::int64_t patch_rows,
                                  std::int64_t patch_columns) const {
  return tokens_.run(session, prompt, patch_rows, patch_columns);
}

/// The prompt has as many tokens as the image, so that queries of one and keys and values of the
/// other fit into one map, as Session::attention takes them.
FeatureMap CrossAttention::after_attention(Session& session, std::size_t block, FeatureMap tokens,
                                           const FeatureMap& prompt) const {
  const Block& layers = blocks_[block];
  const FeatureMap parts[] = {
      session.linear(session.layer_norm(tokens, *layers.norm), *layers.query, {}),
      session.linear(prompt, *layers.key_value, {})};
  const FeatureMap attended = session.attention(session.concat(parts), heads_);
  return session.linear(attended, *layers.output, {.residual = std::move(tokens)});
}

}  // namespace promptdepth
