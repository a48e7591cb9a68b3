#pragma once

#include <array>
#include <memory>
#include <vector>

#include "promptdepth/network/dpt.h"
#include "promptdepth/network/prompt_features.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

/// AdaLN-Zero (Peebles & Xie 2023), a design that the paper discards: the prompt's token scales and
/// shifts the encoder's token of the same patch after each layer norm,
///   y = LN(x)·(1 + scale(p)) + shift(p),
/// where scale and shift are linear layers that start at zero. There is no gate: at zero it would
/// switch the blocks of the foundation model off.
class AdaptiveNorm final : public Prompting {
 public:
  static void describe(const Dinov2Config& encoder, const DptConfig& decoder, Manifest& manifest);
  static std::unique_ptr<const Prompting> make(const Dinov2Config& encoder,
                                               const LayerReader& reader);

  AdaptiveNorm(const Dinov2Config& encoder, const LayerReader& reader);

  FeatureMap encode(Session& session, FeatureMap prompt, std::int64_t patch_rows,
                    std::int64_t patch_columns) const override;
  FeatureMap after_norm(Session& session, std::size_t block, BlockNorm norm, FeatureMap normed,
                        const FeatureMap& prompt) const override;

 private:
  struct Modulation {
    LinearPtr scale;
    LinearPtr shift;
  };

  PromptTokens tokens_;
  std::vector<std::array<Modulation, 2>> blocks_;  ///< By BlockNorm.
};

}  // namespace promptdepth
