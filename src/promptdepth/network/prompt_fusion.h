#pragma once

#include <array>
#include <memory>

#include "promptdepth/network/dinov2.h"
#include "promptdepth/network/dpt.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

/// The proposed design (paper, section 3.2; spec 1.5): each fusion block of the decoder adds three
/// convolutions of the prompt, which is resampled to the block's resolution.
class PromptFusion final : public Prompting {
 public:
  static void describe(const Dinov2Config& encoder, const DptConfig& decoder, Manifest& manifest);
  static std::unique_ptr<const Prompting> make(const Dinov2Config& encoder,
                                               const LayerReader& reader);

  explicit PromptFusion(const LayerReader& reader);

  FeatureMap in_fusion_block(Session& session, std::size_t level, FeatureMap path,
                             const FeatureMap& prompt) const override;

 private:
  using Branch = std::array<Conv2dPtr, 3>;

  std::array<Branch, 4> branches_;  ///< [0] is refinenet1's, the finest.
};

}  // namespace promptdepth
