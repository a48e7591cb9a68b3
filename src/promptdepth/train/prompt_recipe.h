#pragma once

#include <type_traits>
#include <variant>

#include "promptdepth/prompt/simulation_mix.h"

namespace promptdepth {

/// The section `prompts` of a recipe: every field of SimulationMix under its own name. The visitor
/// reads, writes or checks the fields of a recipe; see recipe.cc.
template <typename Visitor>
void visit(Visitor& visitor, SimulationMix& mix) {
  for (const OptionField& field : mix.fields()) {
    std::visit(
        [&](auto* value) {
          if constexpr (std::is_same_v<decltype(value), Interval*>) {
            visitor.interval(field.name, *value);
          } else {
            visitor.field(field.name, *value, field.least, field.greatest);
          }
        },
        field.value);
  }
}

}  // namespace promptdepth
