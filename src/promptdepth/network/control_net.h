#pragma once

#include <array>
#include <memory>

#include "promptdepth/network/dpt.h"
#include "promptdepth/network/prompt_features.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

/// ControlNet (Zhang et al. 2023), a design that the paper discards: a trainable copy of the
/// encoder sees the image with the prompt's features added to its patches, and each of its four
/// maps is added to the encoder's own through a 1×1 convolution that starts at zero. The encoder
/// itself is trained as with the other designs; the paper does not say whether it was frozen.
class ControlNet final : public Prompting {
 public:
  static void describe(const Dinov2Config& encoder, const DptConfig& decoder, Manifest& manifest);
  static std::unique_ptr<const Prompting> make(const Dinov2Config& encoder,
                                               const LayerReader& reader);

  ControlNet(const Dinov2Config& encoder, const LayerReader& reader);

  FeatureMap encode(Session& session, FeatureMap prompt, std::int64_t patch_rows,
                    std::int64_t patch_columns) const override;
  std::array<FeatureMap, 4> after_encoder(Session& session, const FeatureMap& image,
                                          std::array<FeatureMap, 4> features,
                                          const FeatureMap& prompt) const override;

 private:
  PromptFeatures features_;
  Dinov2 copy_;
  std::array<Conv2dPtr, 4> outputs_;
};

}  // namespace promptdepth
