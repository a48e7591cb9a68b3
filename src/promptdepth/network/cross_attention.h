#pragma once

#include <memory>
#include <vector>

#include "promptdepth/network/dpt.h"
#include "promptdepth/network/prompt_features.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

/// Cross-attention, a design that the paper discards: behind the self-attention of each encoder
/// block, the tokens ask the prompt's tokens p,
///   x += O(MHA(queries Q(LN(x)), keys and values KV(p))),
/// with as many heads as the encoder, where O starts at zero.
class CrossAttention final : public Prompting {
 public:
  static void describe(const Dinov2Config& encoder, const DptConfig& decoder, Manifest& manifest);
  static std::unique_ptr<const Prompting> make(const Dinov2Config& encoder,
                                               const LayerReader& reader);

  CrossAttention(const Dinov2Config& encoder, const LayerReader& reader);

  FeatureMap encode(Session& session, FeatureMap prompt, std::int64_t patch_rows,
                    std::int64_t patch_columns) const override;
  FeatureMap after_attention(Session& session, std::size_t block, FeatureMap tokens,
                             const FeatureMap& prompt) const override;

 private:
  struct Block {
    LayerNormPtr norm;
    LinearPtr query;
    LinearPtr key_value;
    LinearPtr output;
  };

  int heads_;
  PromptTokens tokens_;
  std::vector<Block> blocks_;
};

}  // namespace promptdepth
