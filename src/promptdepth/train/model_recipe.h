#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/network/compact.h"
#include "promptdepth/network/prompting_designs.h"

namespace promptdepth {

/// Which network is trained, and from which weights.
struct ModelRecipe {
  std::string family = "compact";  ///< Or "prompt_depth_anything".

  /// Compact: channels per level, finest first.
  std::vector<std::int64_t> channels = {32, 64, 96, 128, 160};
  std::int64_t propagations = 4;  ///< Compact: steps in which depth spreads between neighbours.

  /// Prompt Depth Anything: "vits", "vitb", "vitl", "vitg" (spec 1.2), or "custom" with what
  /// follows.
  std::string size = "vits";
  std::int64_t width = 64;                            ///< Channels of a token, a multiple of 64.
  std::int64_t depth = 4;                             ///< Blocks of the encoder.
  std::vector<std::int64_t> neck = {16, 16, 32, 32};  ///< Channels of the reassembled layers.
  std::int64_t features = 16;                         ///< Channels of the fusion blocks, even.
  std::int64_t position_grid = 37;  ///< Patches a side that the position embedding covers.

  /// Prompt Depth Anything: how the prompt enters, a name of prompting_designs().
  std::string prompting = "fusion";
  /// What the normalised space stands for: 0 for the prompt's range, as published; else 0 to this
  /// many metres, whatever the prompt, as in the foundation models. Prompt Depth Anything only.
  float depth_range_m = 0;

  /// A checkpoint to start from, of any naming: Depth Anything V2 (its metric model; the prompting
  /// design, which it lacks, starts at zero, as published), Prompt Depth Anything, or a model of
  /// this family and size from an earlier run, with this design or none (a compact one may lack its
  /// propagation, which then starts at zero). Empty: random weights.
  std::string initial_weights = {};

  bool is_compact() const { return family == "compact"; }
  /// Sides of training frames must be multiples of this many pixels.
  int size_multiple() const { return is_compact() ? 1 : 14; }
};

inline std::vector<std::string_view> prompting_names() {
  std::vector<std::string_view> names;
  for (const PromptingDesign& design : prompting_designs()) names.push_back(design.name);
  return names;
}

/// The fields, for the visitors of recipe_fields.h.
template <typename V>
void visit(V& v, ModelRecipe& r) {
  v.choice("family", r.family, {"compact", "prompt_depth_anything"});
  v.numbers("channels", r.channels, 2, 8, 1, 4096);
  v.field("propagations", r.propagations, 0, kMostPropagations);
  v.choice("size", r.size, {"vits", "vitb", "vitl", "vitg", "custom"});
  v.field("width", r.width, 64, 8192);
  v.field("depth", r.depth, 4, 256);
  v.numbers("neck", r.neck, 4, 4, 1, 4096);
  v.field("features", r.features, 2, 4096);
  v.field("position_grid", r.position_grid, 1, 512);
  v.choice("prompting", r.prompting, prompting_names());
  v.field("depth_range_m", r.depth_range_m, 0, 10000);
  v.optional_text("initial_weights", r.initial_weights);
}

}  // namespace promptdepth
