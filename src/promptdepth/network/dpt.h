#pragma once

#include <array>
#include <optional>
#include <string>

#include "promptdepth/backend/backend.h"
#include "promptdepth/network/layer_reader.h"
#include "promptdepth/network/manifest.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

/// Shape of the DPT decoder (Ranftl et al. 2021).
struct DptConfig {
  std::int64_t encoder_width = 384;
  std::array<std::int64_t, 4> neck = {48, 96, 192,
                                      384};  ///< Channels c1..c4 of the reassembled layers.
  std::int64_t features = 64;                ///< Channels F of the fusion blocks.
  std::int64_t head_hidden = 32;             ///< Channels between the head's last two convolutions.
};

/// Reads the configuration from the shapes of `depth_head.*`.
DptConfig dpt_config(const WeightFile& weights, std::int64_t encoder_width);

void describe_dpt(const DptConfig& config, Manifest& manifest);

/// The decoder (spec 1.5): reassembles the encoder's four layers into a pyramid, fuses it from
/// coarse to fine, where the prompt may enter at every scale, and ends in a sigmoid.
class Dpt {
 public:
  explicit Dpt(const LayerReader& reader);

  /// `features`: four maps n×ph×pw×D. `prompt`: what `prompting` made of it. Returns
  /// n×height×width×1 in (0, 1), float32.
  FeatureMap forward(Session& session, std::array<FeatureMap, 4> features,
                     const Prompting& prompting, const FeatureMap& prompt, std::int64_t height,
                     std::int64_t width) const;

 private:
  /// RCU(x) = x + conv2(ReLU(conv1(ReLU(x)))).
  struct ResidualUnit {
    Conv2dPtr conv1;
    Conv2dPtr conv2;
  };

  struct FusionBlock {
    std::optional<ResidualUnit> lateral_unit;  ///< Absent in the coarsest block.
    ResidualUnit unit;
    Conv2dPtr output;
  };

  static ResidualUnit read_unit(const LayerReader& reader, const std::string& name);
  static FusionBlock read_fusion(const LayerReader& reader, int index);
  static FeatureMap run_unit(Session& session, const ResidualUnit& unit, FeatureMap x);
  static FeatureMap refine(Session& session, const FusionBlock& block, FeatureMap path,
                           FeatureMap lateral);

  FeatureMap reassemble(Session& session, std::size_t layer, FeatureMap feature) const;

  std::array<Conv2dPtr, 4> projects_;
  ConvTranspose2dPtr upsample4_;
  ConvTranspose2dPtr upsample2_;
  Conv2dPtr downsample2_;
  std::array<Conv2dPtr, 4> adapters_;
  std::array<FusionBlock, 4> fusion_;  ///< [0] is refinenet1, the finest.
  Conv2dPtr head1_;
  Conv2dPtr head2_;
  Conv2dPtr head3_;
};

}  // namespace promptdepth
