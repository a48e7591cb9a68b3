#include "promptdepth/train/scene_recipe.h"

#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

/// A stream of random numbers beside the scene's own.
constexpr std::uint64_t kPlaceStream = 0x706c616365ULL;

}  // namespace

SimulationMix StreetSensors::mix(SimulationMix rooms) const {
  rooms.sparse_share = sparse_share;
  rooms.downsampled_share = downsampled_share;
  rooms.time_of_flight_share = time_of_flight_share;
  rooms.spinning_share = spinning_share;
  rooms.structure_from_motion_share = structure_from_motion_share;
  return rooms;
}

PromptPlace SceneRecipe::place_of(std::uint64_t seed) const {
  const bool street = options.kind == SceneKind::kStreet ||
                      (options.kind == SceneKind::kAny &&
                       Random(splitmix64(seed ^ kPlaceStream)).chance(street_share));
  return street ? PromptPlace::kOutdoors : PromptPlace::kIndoors;
}

SceneOptions SceneRecipe::options_at(PromptPlace place) const {
  SceneOptions result = options;
  if (options.kind == SceneKind::kAny) {
    result.kind = place == PromptPlace::kIndoors ? SceneKind::kRoom : SceneKind::kStreet;
  }
  return result;
}

}  // namespace promptdepth
