#pragma once

#include "promptdepth/network/dinov2.h"
#include "promptdepth/network/dpt.h"
#include "promptdepth/network/network.h"
#include "promptdepth/network/prompting_designs.h"

namespace promptdepth {

struct PromptDepthAnythingConfig {
  Dinov2Config encoder;
  DptConfig decoder;
  std::string_view prompting = "fusion";  ///< The name of a PromptingDesign.
};

/// Prompt Depth Anything (Lin et al., CVPR 2025, Figure 2): a DINOv2 encoder and a DPT decoder that
/// fuses a metric prompt at each of its four scales, or lets it in as another design does. Its
/// output lies in (0, 1): between the prompt's extremes.
class PromptDepthAnything : public Network {
 public:
  /// `weights` in official naming.
  PromptDepthAnything(const WeightFile& weights, Backend& backend, PositionConvention position,
                      ModelInfo info);

  static PromptDepthAnythingConfig config_of(const WeightFile& weights);
  static Manifest manifest(const PromptDepthAnythingConfig& config);
  /// "vits", "vitb", "vitl", "vitg", or a description of another size.
  static std::string size_name(const PromptDepthAnythingConfig& config);
  /// Throws Error(kInvalidArgument) for a name that is none of the four.
  static PromptDepthAnythingConfig config_of_size(std::string_view size);

  const ModelInfo& info() const override { return info_; }
  FeatureMap forward(Session& session, const NetworkInput& input) const override;

 private:
  PromptDepthAnything(const PromptDepthAnythingConfig& config, const LayerReader& reader,
                      ModelInfo info);

  ModelInfo info_;
  Dinov2 encoder_;
  Dpt decoder_;
  std::unique_ptr<const Prompting> prompting_;
  std::int64_t patch_px_;
};

}  // namespace promptdepth
