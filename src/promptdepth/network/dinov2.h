#pragma once

#include <array>
#include <string>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/network/layer_reader.h"
#include "promptdepth/network/manifest.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

enum class FeedForward { kMlp, kSwiGlu };

/// Shape of a DINOv2 vision transformer (Oquab et al. 2023) without register tokens.
struct Dinov2Config {
  std::int64_t width = 384;    ///< Channels of a token, a multiple of the head width 64.
  std::int64_t depth = 12;     ///< Blocks.
  std::int64_t hidden = 1536;  ///< Inner width of the feed-forward layers.
  FeedForward feed_forward = FeedForward::kMlp;
  std::int64_t patch_px = 14;
  std::int64_t position_grid =
      37;  ///< The stored position embedding covers a grid of this many patches a side.
  PositionConvention position = PositionConvention::kOfficial;

  int heads() const { return static_cast<int>(width / 64); }
  /// The four blocks (0-based) whose outputs the decoder reads (spec 1.2).
  std::array<std::int64_t, 4> tapped_blocks() const;
};

/// Reads the configuration from the shapes of `pretrained.*`; throws Error(kInvalidData) where they
/// make no sense.
Dinov2Config dinov2_config(const WeightFile& weights);

/// `name` begins the names of its tensors.
void describe_dinov2(const Dinov2Config& config, Manifest& manifest,
                     const std::string& name = "pretrained");

/// The class token and the position embedding alone.
void describe_positions(const Dinov2Config& config, const std::string& name, Manifest& manifest);

/// The encoder (spec 1.3).
class Dinov2 {
 public:
  Dinov2(const Dinov2Config& config, const LayerReader& reader,
         const std::string& name = "pretrained");

  /// RGB in [0, 1], n×H×W×3 -> the four tapped layers after the final norm, each
  /// n×(H/14)×(W/14)×width. `prompt`: what `prompting` made of it.
  std::array<FeatureMap, 4> forward(Session& session, const FeatureMap& image,
                                    const Prompting& prompting, const FeatureMap& prompt) const;

 private:
  struct Block {
    LayerNormPtr norm1;
    LinearPtr qkv;
    LinearPtr projection;
    LayerNormPtr norm2;
    LinearPtr feed_in;
    LinearPtr feed_out;
  };

  Block read_block(const LayerReader& reader, const std::string& name) const;
  FeatureMap run_block(Session& session, std::size_t index, FeatureMap tokens,
                       const Prompting& prompting, const FeatureMap& prompt) const;
  FeatureMap attend(Session& session, const Block& block, FeatureMap normed,
                    FeatureMap tokens) const;
  FeatureMap feed_forward(Session& session, const Block& block, FeatureMap normed,
                          FeatureMap tokens) const;

  Dinov2Config config_;
  PatchEmbedPtr patch_embed_;
  PositionEmbeddingPtr position_;
  std::vector<Block> blocks_;
  LayerNormPtr norm_;
};

}  // namespace promptdepth
