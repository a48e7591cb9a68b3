#include "promptdepth/network/prompt_depth_anything.h"

#include <array>
#include <utility>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

struct NamedSize {
  std::string_view name;
  Dinov2Config encoder;
  DptConfig decoder;
};

/// Spec 1.2.
const std::array<NamedSize, 4>& named_sizes() {
  static const std::array<NamedSize, 4> sizes = {{
      {"vits",
       {.width = 384, .depth = 12, .hidden = 1536},
       {.encoder_width = 384, .neck = {48, 96, 192, 384}, .features = 64}},
      {"vitb",
       {.width = 768, .depth = 12, .hidden = 3072},
       {.encoder_width = 768, .neck = {96, 192, 384, 768}, .features = 128}},
      {"vitl",
       {.width = 1024, .depth = 24, .hidden = 4096},
       {.encoder_width = 1024, .neck = {256, 512, 1024, 1024}, .features = 256}},
      {"vitg",
       {.width = 1536, .depth = 40, .hidden = 4096, .feed_forward = FeedForward::kSwiGlu},
       {.encoder_width = 1536, .neck = {1536, 1536, 1536, 1536}, .features = 384}},
  }};
  return sizes;
}

PromptDepthAnythingConfig with_position(PromptDepthAnythingConfig config,
                                        PositionConvention position) {
  config.encoder.position = position;
  return config;
}

}  // namespace

PromptDepthAnythingConfig PromptDepthAnything::config_of(const WeightFile& weights) {
  const Dinov2Config encoder = dinov2_config(weights);
  return {.encoder = encoder,
          .decoder = dpt_config(weights, encoder.width),
          .prompting = prompting_design_of(weights).name};
}

Manifest PromptDepthAnything::manifest(const PromptDepthAnythingConfig& config) {
  Manifest manifest;
  manifest.allow("_mean", {1, 3, 1, 1});
  manifest.allow("_std", {1, 3, 1, 1});
  manifest.allow("pretrained.mask_token", {1, config.encoder.width});
  describe_dinov2(config.encoder, manifest);
  describe_dpt(config.decoder, manifest);
  prompting_design(config.prompting).describe(config.encoder, config.decoder, manifest);
  return manifest;
}

std::string PromptDepthAnything::size_name(const PromptDepthAnythingConfig& config) {
  for (const NamedSize& size : named_sizes()) {
    if (size.encoder.width == config.encoder.width && size.encoder.depth == config.encoder.depth &&
        size.decoder.features == config.decoder.features &&
        size.decoder.neck == config.decoder.neck) {
      return std::string(size.name);
    }
  }
  return fmt::format("width {}, depth {}, features {}", config.encoder.width, config.encoder.depth,
                     config.decoder.features);
}

PromptDepthAnythingConfig PromptDepthAnything::config_of_size(std::string_view size) {
  for (const NamedSize& known : named_sizes()) {
    if (known.name == size) return {.encoder = known.encoder, .decoder = known.decoder};
  }
  fail(ErrorKind::kInvalidArgument,
       "expected a model size (vits, vitb, vitl, vitg or compact), found '{}'", size);
}

PromptDepthAnything::PromptDepthAnything(const WeightFile& weights, Backend& backend,
                                         PositionConvention position, ModelInfo info)
    : PromptDepthAnything(with_position(config_of(weights), position),
                          LayerReader(weights, backend), std::move(info)) {}

PromptDepthAnything::PromptDepthAnything(const PromptDepthAnythingConfig& config,
                                         const LayerReader& reader, ModelInfo info)
    : info_(std::move(info)),
      encoder_(config.encoder, reader),
      decoder_(reader),
      prompting_(prompting_design(config.prompting).make(config.encoder, reader)),
      patch_px_(config.encoder.patch_px) {}

FeatureMap PromptDepthAnything::forward(Session& session, const NetworkInput& input) const {
  static const Prompting unprompted;
  const Prompting& prompting = input.prompt ? *prompting_ : unprompted;
  const FeatureShape& image = input.image.shape();

  const FeatureMap prompt =
      prompting.encode(session, input.prompt, image.h / patch_px_, image.w / patch_px_);
  std::array<FeatureMap, 4> features = encoder_.forward(session, input.image, prompting, prompt);
  features = prompting.after_encoder(session, input.image, std::move(features), prompt);
  return decoder_.forward(session, std::move(features), prompting, prompt, image.h, image.w);
}

}  // namespace promptdepth
