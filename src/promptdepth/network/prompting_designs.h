#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "promptdepth/network/dinov2.h"
#include "promptdepth/network/dpt.h"
#include "promptdepth/network/prompting.h"

namespace promptdepth {

/// The key of a weight file's metadata that names the prompting design. It is only asked where no
/// tensor tells: "none" has none, and neither has a foundation model, whose output is another.
inline constexpr const char* kPromptingKey = "prompting";

/// One way to let the prompt in, as recipes and `promptdepth info` name it. Its tensors are
/// "prompting.<name>.*", but the proposed design's, which have their published names.
struct PromptingDesign {
  std::string_view name;
  void (*describe)(const Dinov2Config& encoder, const DptConfig& decoder, Manifest& manifest);
  std::unique_ptr<const Prompting> (*make)(const Dinov2Config& encoder, const LayerReader& reader);
};

/// "fusion" (the proposed one), "adaln", "cross_attention", "controlnet", "none".
std::span<const PromptingDesign> prompting_designs();

/// Throws Error(kInvalidArgument) for a name that is none of theirs.
const PromptingDesign& prompting_design(std::string_view name);

/// The design that a file in official naming was made with, as its tensors say; "fusion" for one
/// without any, so that a check names what it lacks, unless its metadata say "none".
const PromptingDesign& prompting_design_of(const WeightFile& weights);

// --- where training starts (spec 1.5, 1.7), told by a tensor's official name ---

/// Whether it belongs to a prompting design, and a foundation model lacks it.
bool is_of_prompting(std::string_view tensor);

/// Whether it is of a layer that starts at zero, so that the network starts as the foundation
/// model.
bool starts_at_zero(std::string_view tensor);

/// The tensor of the encoder that this one starts as a copy of, if any.
std::optional<std::string> encoder_original(std::string_view tensor);

}  // namespace promptdepth
