#pragma once

#include <string>

#include "promptdepth/network/dinov2.h"
#include "promptdepth/network/layer_reader.h"
#include "promptdepth/network/manifest.h"

namespace promptdepth {

/// A prompt as features of the encoder's width on its grid of patches, for the designs inside the
/// encoder: resampled to 4×4 values a patch (as fine as where the proposed design lets it in last),
/// those made channels, then two 3×3 convolutions with ReLU. No widths are published.
class PromptFeatures {
 public:
  static void describe(const std::string& design, std::int64_t width, Manifest& manifest);
  PromptFeatures(const std::string& design, const LayerReader& reader);

  /// n×h×w×1 of any resolution -> n×patch_rows×patch_columns×width.
  FeatureMap run(Session& session, const FeatureMap& prompt, std::int64_t patch_rows,
                 std::int64_t patch_columns) const;

 private:
  Conv2dPtr conv1_;
  Conv2dPtr conv2_;
};

/// The same as tokens that stand beside the encoder's: one for the class token, then one for each
/// patch, each plus a position embedding of its own.
class PromptTokens {
 public:
  static void describe(const std::string& design, const Dinov2Config& encoder, Manifest& manifest);
  PromptTokens(const std::string& design, PositionConvention position, const LayerReader& reader);

  /// n×h×w×1 of any resolution -> n×1×(1 + patch_rows·patch_columns)×width.
  FeatureMap run(Session& session, const FeatureMap& prompt, std::int64_t patch_rows,
                 std::int64_t patch_columns) const;

 private:
  PromptFeatures features_;
  PositionEmbeddingPtr position_;
};

}  // namespace promptdepth
