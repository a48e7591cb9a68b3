#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/prompt/simulation_mix.h"

namespace promptdepth {

/// Where a sensor is at home; what judges a model shows it such scenes.
enum class PromptPlace { kIndoors, kOutdoors };

/// A kind of prompt that models are judged on: one sensor, its settings drawn from `mix` anew for
/// every frame.
struct PromptKind {
  std::string name = {};         ///< Lower case with hyphens, as the command line takes it.
  std::string description = {};  ///< A few words, for tables.
  PromptPlace place = PromptPlace::kIndoors;
  SimulationMix mix = {};
};

/// All of them. Whatever evaluates or validates goes through this list, so that a new kind joins
/// by its entry alone.
std::vector<PromptKind> prompt_kinds();

/// The kind of that name. Throws Error(kInvalidArgument) that lists the names when there is none.
PromptKind prompt_kind(std::string_view name);

}  // namespace promptdepth
