#include "promptdepth/network/control_net.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace promptdepth {
namespace {

const std::string kDesign = "prompting.controlnet";
const std::string kCopy = kDesign + ".encoder";

std::string output_name(std::size_t level) {
  return fmt::format("{}.zero_output{}", kDesign, level + 1);
}

/// How the copy is prompted.
class AddedToPatches final : public Prompting {
 public:
  FeatureMap after_patch_embed(Session& session, FeatureMap patches,
                               const FeatureMap& prompt) const override {
    return session.add(std::move(patches), prompt);
  }
};

}  // namespace

void ControlNet::describe(const Dinov2Config& encoder, const DptConfig& /*decoder*/,
                          Manifest& manifest) {
  const std::int64_t d = encoder.width;
  PromptFeatures::describe(kDesign, d, manifest);
  describe_dinov2(encoder, manifest, kCopy);
  for (std::size_t level = 0; level < 4; ++level) {
    manifest.require_layer(output_name(level), {d, d, 1, 1}, d);
  }
}

std::unique_ptr<const Prompting> ControlNet::make(const Dinov2Config& encoder,
                                                  const LayerReader& reader) {
  return std::make_unique<ControlNet>(encoder, reader);
}

ControlNet::ControlNet(const Dinov2Config& encoder, const LayerReader& reader)
    : features_(kDesign, reader), copy_(encoder, reader, kCopy) {
  for (std::size_t level = 0; level < 4; ++level) {
    outputs_[level] = reader.conv2d(output_name(level));
  }
}

FeatureMap ControlNet::encode(Session& session, FeatureMap prompt, std::int64_t patch_rows,
                              std::int64_t patch_columns) const {
  return features_.run(session, prompt, patch_rows, patch_columns);
}

std::array<FeatureMap, 4> ControlNet::after_encoder(Session& session, const FeatureMap& image,
                                                    std::array<FeatureMap, 4> features,
                                                    const FeatureMap& prompt) const {
  const std::array<FeatureMap, 4> controls =
      copy_.forward(session, image, AddedToPatches(), prompt);
  for (std::size_t level = 0; level < 4; ++level) {
    features[level] =
        session.conv2d(controls[level], *outputs_[level], {.residual = std::move(features[level])});
  }
  return features;
}

}  // namespace promptdepth
