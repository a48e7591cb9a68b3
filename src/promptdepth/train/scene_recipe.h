#pragma once

#include <cstdint>

#include "promptdepth/prompt/prompt_kinds.h"
#include "promptdepth/prompt/simulation_mix.h"
#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// Shares of the sensors on streets, where scanners are at home and phones see little. What is left
/// of the shares is phone LiDAR.
struct StreetSensors {
  float sparse_share = 0.15F;
  float downsampled_share = 0.1F;
  float time_of_flight_share = 0.05F;
  float spinning_share = 0.5F;
  float structure_from_motion_share = 0.15F;

  /// These shares with the settings of `rooms`.
  SimulationMix mix(SimulationMix rooms) const;
};

/// Procedural scenes, rendered as training goes. Their sample number i is cut from one of the last
/// `window` scenes of i / uses, so that each is seen `uses` times on average (with other crops,
/// prompts and colours) and rendering keeps up with training.
struct SceneRecipe {
  SceneOptions options = {.width = 336, .height = 252};
  float street_share = 0.2F;  ///< Of the scenes, where options.kind is kAny, 0 to 1.
  StreetSensors street_sensors = {};
  std::int64_t window = 384;  ///< Scenes held in memory, 1 to 65,536.
  std::int64_t uses = 6;      ///< 1 to 1,000.

  /// Where the scene of that seed is: in a room or on a street.
  PromptPlace place_of(std::uint64_t seed) const;

  /// The options with a kind that can be found at the place, if `options` leave the choice.
  SceneOptions options_at(PromptPlace place) const;
};

}  // namespace promptdepth
