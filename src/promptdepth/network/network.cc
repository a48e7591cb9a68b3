#include "promptdepth/network/network.h"

#include <charconv>

#include "promptdepth/base/error.h"
#include "promptdepth/network/compact.h"
#include "promptdepth/network/naming.h"
#include "promptdepth/network/prompt_depth_anything.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

constexpr float kFarthestRange_m = 1e5F;

PositionConvention position_for(PositionChoice choice, const WeightFile& official) {
  if (choice == PositionChoice::kOfficial) return PositionConvention::kOfficial;
  if (choice == PositionChoice::kHuggingFace) return PositionConvention::kHuggingFace;
  const auto said = official.metadata().find(kPositionKey);
  if (said == official.metadata().end() || said->second == "official") {
    return PositionConvention::kOfficial;
  }
  if (said->second != "hugging-face") {
    fail(ErrorKind::kInvalidData, "{}: expected {} 'official' or 'hugging-face', found {}",
         official.description(), kPositionKey, in_quotes(said->second));
  }
  return PositionConvention::kHuggingFace;
}

float depth_range_of(const WeightFile& weights) {
  const auto said = weights.metadata().find(kDepthRangeKey);
  if (said == weights.metadata().end()) return 0;
  const std::string& text = said->second;
  float metres = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), metres);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && metres > 0 &&
      metres <= kFarthestRange_m) {
    return metres;
  }
  fail(ErrorKind::kInvalidData, "{}: expected {} above 0 and at most {}, found {}",
       weights.description(), kDepthRangeKey, kFarthestRange_m, in_quotes(text));
}

ModelInfo inspect_official(const WeightFile& official, const Naming& naming) {
  ModelInfo info;
  info.naming = naming.description();
  Manifest manifest;
  if (naming.kind == NamingKind::kCompact) {
    manifest = Compact::manifest(Compact::config_of(official));
    info.family = "compact";
    info.size = "compact";
  } else {
    const PromptDepthAnythingConfig config = PromptDepthAnything::config_of(official);
    manifest = PromptDepthAnything::manifest(config);
    info.family = "prompt-depth-anything";
    info.size = PromptDepthAnything::size_name(config);
    info.size_multiple = static_cast<int>(config.encoder.patch_px);
    info.prompting = config.prompting;
    info.depth_range_m = depth_range_of(official);
  }
  manifest.check(official, info.family);
  info.parameter_count = manifest.parameter_count();
  return info;
}

}  // namespace

std::unique_ptr<const Network> build_network(const WeightFile& weights, Backend& backend,
                                             PositionChoice position) {
  const Naming naming = recognise_naming(weights);
  const std::unique_ptr<WeightFile> official = with_official_names(weights, naming);
  ModelInfo info = inspect_official(*official, naming);
  weights.read_ahead();
  if (naming.kind == NamingKind::kCompact) {
    return std::make_unique<Compact>(*official, backend, std::move(info));
  }
  return std::make_unique<PromptDepthAnything>(*official, backend,
                                               position_for(position, *official), std::move(info));
}

ModelInfo inspect_model(const WeightFile& weights) {
  const Naming naming = recognise_naming(weights);
  return inspect_official(*with_official_names(weights, naming), naming);
}

std::vector<TensorInfo> model_tensors(std::string_view size) {
  if (size == "compact") return Compact::manifest({}).tensors();
  return PromptDepthAnything::manifest(PromptDepthAnything::config_of_size(size)).tensors();
}

}  // namespace promptdepth
