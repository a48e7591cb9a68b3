#pragma once

#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/network/layer_reader.h"
#include "promptdepth/network/manifest.h"
#include "promptdepth/network/network.h"

namespace promptdepth {

/// Shape of the compact network: channels per level; level i works at 1/2^(i+1) of the image's
/// resolution.
struct CompactConfig {
  std::vector<std::int64_t> channels = {32, 64, 96, 128, 160};
  /// How often depth then spreads between neighbours, from 2^(propagations − 1) pixels away down to
  /// 1; at most kMostPropagations.
  int propagations = 4;
};

/// Session::propagate reaches kMostDilation pixels.
inline constexpr int kMostPropagations = 7;

/// A convolutional U-Net that sees photo and prompt together from its first layer. It predicts a
/// residual over the bilinearly upsampled prompt, so that it is metric by construction, and then,
/// as spatial propagation networks do (Liu et al. 2017, Cheng et al. 2018), for each pixel which of
/// its neighbours it belongs to, so that an edge is where the photo has it. Its last layers are
/// initialised to zero: training starts at the upsampled prompt. Small enough to train from
/// nothing; any image size.
class Compact : public Network {
 public:
  Compact(const WeightFile& weights, Backend& backend, ModelInfo info);

  static CompactConfig config_of(const WeightFile& weights);
  static Manifest manifest(const CompactConfig& config);

  const ModelInfo& info() const override { return info_; }
  FeatureMap forward(Session& session, const NetworkInput& input) const override;

 private:
  /// x + leaky(conv2(leaky(conv1(x)))).
  struct ResidualUnit {
    Conv2dPtr conv1;
    Conv2dPtr conv2;
  };

  struct Level {
    Conv2dPtr down;  ///< 3×3 from the level above: stride 2, or the stem's stride 1 on
                     ///< space-to-depth pixels.
    ResidualUnit encode;
    Conv2dPtr up;         ///< 1×1 from the level below; absent in the coarsest level.
    ResidualUnit decode;  ///< Absent in the coarsest level.
  };

  static ResidualUnit read_unit(const LayerReader& reader, const std::string& name);
  static FeatureMap run_unit(Session& session, const ResidualUnit& unit, FeatureMap x);
  static FeatureMap detail_of(Session& session, const FeatureMap& prompt);
  FeatureMap encode(Session& session, FeatureMap x, std::vector<FeatureMap>& skips) const;
  FeatureMap decode(Session& session, FeatureMap x, std::vector<FeatureMap> skips) const;
  FeatureMap propagate(Session& session, FeatureMap depth, const FeatureMap& features) const;

  ModelInfo info_;
  std::vector<Level> levels_;
  Conv2dPtr head_;
  std::vector<Conv2dPtr> propagations_;  ///< Logits of each step, the farthest first.
};

}  // namespace promptdepth
