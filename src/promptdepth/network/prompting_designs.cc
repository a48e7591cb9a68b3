#include "promptdepth/network/prompting_designs.h"

#include <algorithm>
#include <array>

#include "promptdepth/base/error.h"
#include "promptdepth/network/adaptive_norm.h"
#include "promptdepth/network/control_net.h"
#include "promptdepth/network/cross_attention.h"
#include "promptdepth/network/prompt_fusion.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

constexpr std::string_view kFamily = "prompting.";
constexpr std::string_view kFusionPart = ".resConfUnit_depth.";
constexpr std::string_view kEncoderPart = ".encoder.";

void describe_nothing(const Dinov2Config& /*encoder*/, const DptConfig& /*decoder*/,
                      Manifest& /*manifest*/) {}

std::unique_ptr<const Prompting> make_none(const Dinov2Config& /*encoder*/,
                                           const LayerReader& /*reader*/) {
  return std::make_unique<Prompting>();
}

constexpr std::array<PromptingDesign, 5> kDesigns = {{
    {"fusion", PromptFusion::describe, PromptFusion::make},
    {"adaln", AdaptiveNorm::describe, AdaptiveNorm::make},
    {"cross_attention", CrossAttention::describe, CrossAttention::make},
    {"controlnet", ControlNet::describe, ControlNet::make},
    {"none", describe_nothing, make_none},
}};

bool has_tensors_of(const WeightFile& weights, const PromptingDesign& design) {
  const std::string prefix = fmt::format("{}{}.", kFamily, design.name);
  return std::ranges::any_of(
      weights.tensors(), [&](const TensorInfo& tensor) { return tensor.name.starts_with(prefix); });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

std::span<const PromptingDesign> prompting_designs() { return kDesigns; }

const PromptingDesign& prompting_design(std::string_view name) {
  std::string names;
  for (const PromptingDesign& design : kDesigns) {
    if (design.name == name) return design;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", design.name);
  }
  fail(ErrorKind::kInvalidArgument, "expected a prompting design ({}), found {}", names,
       in_quotes(name));
}

const PromptingDesign& prompting_design_of(const WeightFile& weights) {
  for (const PromptingDesign& design : kDesigns) {
    if (has_tensors_of(weights, design)) return design;
  }
  const auto said = weights.metadata().find(kPromptingKey);
  const bool fuses = std::ranges::any_of(
      weights.tensors(), [](const TensorInfo& tensor) { return is_of_prompting(tensor.name); });
  const bool none = !fuses && said != weights.metadata().end() && said->second == "none";
  return prompting_design(none ? "none" : "fusion");
}

bool is_of_prompting(std::string_view tensor) {
  return tensor.starts_with(kFamily) || contains(tensor, kFusionPart);
}

bool starts_at_zero(std::string_view tensor) {
  return contains(tensor, fmt::format("{}4.", kFusionPart)) ||
         (tensor.starts_with(kFamily) && contains(tensor, ".zero_"));
}

std::optional<std::string> encoder_original(std::string_view tensor) {
  const std::size_t part = tensor.find(kEncoderPart);
  if (!tensor.starts_with(kFamily) || part == std::string_view::npos) return std::nullopt;
  return fmt::format("pretrained.{}", tensor.substr(part + kEncoderPart.size()));
}

}  // namespace promptdepth
