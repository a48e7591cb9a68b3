#include "promptdepth/network/prompt_features.h"

namespace promptdepth {
namespace {

constexpr int kSamplesPerPatch = 4;  ///< Along each axis.

}  // namespace

void PromptFeatures::describe(const std::string& design, std::int64_t width, Manifest& manifest) {
  const std::int64_t samples = std::int64_t{kSamplesPerPatch} * kSamplesPerPatch;
  manifest.require_layer(design + ".features.0", {width, samples, 3, 3}, width);
  manifest.require_layer(design + ".features.2", {width, width, 3, 3}, width);
}

PromptFeatures::PromptFeatures(const std::string& design, const LayerReader& reader)
    : conv1_(reader.conv2d(design + ".features.0")),
      conv2_(reader.conv2d(design + ".features.2")) {}

FeatureMap PromptFeatures::run(Session& session, const FeatureMap& prompt, std::int64_t patch_rows,
                               std::int64_t patch_columns) const {
  FeatureMap x =
      session.resize_bilinear(prompt, kSamplesPerPatch * patch_rows,
                              kSamplesPerPatch * patch_columns, PixelAlignment::kHalfPixel);
  x = session.space_to_depth(x, kSamplesPerPatch);
  x = session.conv2d(x, *conv1_, {.nonlinearity = Nonlinearity::kRelu});
  return session.conv2d(x, *conv2_, {.nonlinearity = Nonlinearity::kRelu});
}

void PromptTokens::describe(const std::string& design, const Dinov2Config& encoder,
                            Manifest& manifest) {
  PromptFeatures::describe(design, encoder.width, manifest);
  describe_positions(encoder, design + ".encoder", manifest);
}

PromptTokens::PromptTokens(const std::string& design, PositionConvention position,
                           const LayerReader& reader)
    : features_(design, reader),
      position_(reader.position_embedding(design + ".encoder.cls_token",
                                          design + ".encoder.pos_embed", position)) {}

FeatureMap PromptTokens::run(Session& session, const FeatureMap& prompt, std::int64_t patch_rows,
                             std::int64_t patch_columns) const {
  return session.embed_positions(features_.run(session, prompt, patch_rows, patch_columns),
                                 *position_);
}

}  // namespace promptdepth
