#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "promptdepth/backend/backend.h"

namespace promptdepth {

/// The two layer norms of an encoder block.
enum class BlockNorm { kBeforeAttention, kBeforeFeedForward };

/// How a metric prompt enters the network: one of the designs that the paper compares (spec 1.7).
/// Each member function is a place of the encoder or the decoder where one of them lets the prompt
/// in. Here all leave things as they are, so that this class itself is the network without a
/// prompt. Immutable, as Network.
class Prompting {
 public:
  virtual ~Prompting() = default;

  /// What the design makes of a prompt (n×h×w×1, normalised, of any resolution), once for a pass;
  /// every other member is given it as `prompt`.
  virtual FeatureMap encode(Session& /*session*/, FeatureMap prompt, std::int64_t /*patch_rows*/,
                            std::int64_t /*patch_columns*/) const {
    return prompt;
  }

  /// `patches`: n×ph×pw×D, before their positions are added.
  virtual FeatureMap after_patch_embed(Session& /*session*/, FeatureMap patches,
                                       const FeatureMap& /*prompt*/) const {
    return patches;
  }

  /// `normed`: tokens n×1×(1 + ph·pw)×D after one layer norm of encoder block `block`.
  virtual FeatureMap after_norm(Session& /*session*/, std::size_t /*block*/, BlockNorm /*norm*/,
                                FeatureMap normed, const FeatureMap& /*prompt*/) const {
    return normed;
  }

  /// `tokens`: n×1×(1 + ph·pw)×D after the self-attention of encoder block `block`.
  virtual FeatureMap after_attention(Session& /*session*/, std::size_t /*block*/, FeatureMap tokens,
                                     const FeatureMap& /*prompt*/) const {
    return tokens;
  }

  /// `features`: the encoder's four maps for `image`, n×ph×pw×D.
  virtual std::array<FeatureMap, 4> after_encoder(Session& /*session*/, const FeatureMap& /*image*/,
                                                  std::array<FeatureMap, 4> features,
                                                  const FeatureMap& /*prompt*/) const {
    return features;
  }

  /// `path`: n×h×w×F inside the decoder's fusion block `level` (0 is the finest), after its
  /// residual units.
  virtual FeatureMap in_fusion_block(Session& /*session*/, std::size_t /*level*/, FeatureMap path,
                                     const FeatureMap& /*prompt*/) const {
    return path;
  }
};

}  // namespace promptdepth
