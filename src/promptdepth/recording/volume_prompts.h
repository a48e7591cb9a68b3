#pragma once

#include "promptdepth/fusion/tsdf_volume.h"
#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// The prompts of a recording fused into one surface, which every frame then sees from where it
/// was: the sensor's noise is averaged over all frames before a network sees it, and what one frame
/// missed another has measured.
class VolumePrompts {
 public:
  /// Throws Error(kInvalidArgument) as TsdfOptions::validate() does.
  explicit VolumePrompts(const TsdfOptions& options) : volume_(options) {}

  /// Adds a frame's prompt, cleaned; all before finish(). Throws as TsdfVolume::integrate() does.
  void add(const PosedDepth& prompt) { volume_.integrate(prompt); }

  /// Takes the surface from the volume.
  void finish() { surface_ = volume_.extract_mesh(kLeastViews); }

  /// What the frame sees of the surface, at the prompt's size. Where it sees none, or where most of
  /// a neighbourhood of the frame's own prompt measured something else (it has moved), the frame's
  /// own measurement.
  DepthMap seen_by(const PosedDepth& frame) const;

 private:
  /// What fewer frames saw is as noisy as they are.
  static constexpr int kLeastViews = 2;

  TsdfVolume volume_;
  Mesh surface_;
};

}  // namespace promptdepth
