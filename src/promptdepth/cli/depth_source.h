#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "promptdepth/capture/frame.h"
#include "promptdepth/estimator/estimator.h"

namespace promptdepth {

/// Which depth of a recording is meant, as the command line says it.
struct DepthSourceOptions {
  /// "predicted", "prompt", "truth" or a folder of maps named like the frames.
  std::string depth = "predicted";
  std::string model = "default";    ///< As open_model_argument() takes it.
  EstimatorOptions estimator = {};  ///< For predictions.
  /// What the sensor trusts less is not used: of the prompt by itself below
  /// kDefaultMinConfidence; of every other depth only where this is set.
  std::optional<float> min_confidence = {};
};

/// Gives frames of a recording their depth.
class DepthSource {
 public:
  /// Loads the model where it is needed. Throws Error(kInvalidArgument) for a word that is neither
  /// a source nor a folder.
  explicit DepthSource(const DepthSourceOptions& options);

  /// Whether depth_of() needs the frame's picture.
  bool needs_image() const { return estimator_.has_value(); }

  /// Cleaned, lying as the frame's picture does, at its own size. Throws Error(kInvalidData) or
  /// Error(kIo) where the frame has none.
  DepthMap depth_of(const Frame& frame) const;

 private:
  DepthMap stored_depth_of(const Frame& frame) const;
  DepthMap trusted_prompt_of(const Frame& frame) const;
  DepthMap predict(const Frame& frame) const;

  DepthSourceOptions options_;
  std::optional<Estimator> estimator_;
};

}  // namespace promptdepth
