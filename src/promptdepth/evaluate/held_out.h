#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// Procedural scenes that no training run sees (scene/seeds.h).
struct HeldOutOptions {
  std::int64_t frames = 200;            ///< For each kind; at least 1.
  std::vector<std::string> kinds = {};  ///< Names of prompt_kinds(); none means all.
  int width = 336;
  int height = 252;
  /// Which scenes; unset: where the kind's sensor is at home.
  std::optional<SceneKind> scenes = std::nullopt;

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Frame i of a kind is the same scene for all kinds of one place. Scenes of which less than a
/// fifth has depth (sky) are left out for the next.
std::unique_ptr<Protocol> held_out_protocol(const HeldOutOptions& options);

/// The same frames from seeds that training draws: for tuning, never for judging.
std::unique_ptr<Protocol> training_frames_protocol(const HeldOutOptions& options);

}  // namespace promptdepth
