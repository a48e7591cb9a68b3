#include "promptdepth/network/prompt_features.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/network/prompting_for_test.h"

namespace promptdepth {
namespace {

constexpr std::int64_t kWidth = 64;

/// Both convolutions hand on what they get; 16 samples in the first channels, zeros in the others.
MemoryWeights identities() {
  Manifest manifest;
  PromptFeatures::describe("d", kWidth, manifest);
  MemoryWeights weights;
  for (const TensorInfo& tensor : manifest.tensors()) {
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.element_count()));
    if (tensor.shape.rank() == 4) {
      for (std::int64_t i = 0; i < tensor.shape[1]; ++i) {
        values[static_cast<std::size_t>((i * tensor.shape[1] + i) * 9 + 4)] = 1;
      }
    }
    weights.add(tensor.name, HostTensor::from_floats(tensor.shape, std::move(values)));
  }
  return weights;
}

TEST(PromptFeatures, SeeSixteenSamplesOfEachPatch) {
  const MemoryWeights weights = identities();
  const auto backend = make_reference_backend();
  const PromptFeatures features("d", LayerReader(weights, *backend));
  const auto session = backend->make_session();
  const FeatureMap prompt = upload_uniform(*session, {1, 8, 12, 1}, 1);
  const FeatureMap x = features.run(*session, prompt, 2, 3);
  ASSERT_EQ(x.shape(), (FeatureShape{1, 2, 3, kWidth}));
  const std::vector<float> found = downloaded(*session, x);
  const std::vector<float> samples = downloaded(*session, session->space_to_depth(prompt, 4));
  for (std::size_t patch = 0; patch < 6; ++patch) {
    for (std::size_t i = 0; i < kWidth; ++i) {
      EXPECT_EQ(found[patch * kWidth + i], i < 16 ? samples[patch * 16 + i] : 0);
    }
  }
}

TEST(PromptFeatures, TakeAPromptOfAnyResolution) {
  const MemoryWeights weights = identities();
  const auto backend = make_reference_backend();
  const PromptFeatures features("d", LayerReader(weights, *backend));
  const auto session = backend->make_session();
  for (const auto& [height, width] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {50, 3}}) {
    const std::vector<float> prompt(static_cast<std::size_t>(height * width), 0.75F);
    const FeatureMap x =
        features.run(*session, session->upload(prompt, {1, height, width, 1}), 2, 3);
    EXPECT_EQ(downloaded(*session, x)[15], 0.75F);
  }
}

TEST(PromptTokens, StandBesideTheEncodersWithAClassTokenAndPositions) {
  const Dinov2Config encoder = {.width = kWidth, .position_grid = 3};
  Manifest manifest;
  PromptTokens::describe("d", encoder, manifest);
  const auto weights = seeded_weights(manifest.tensors());
  const auto backend = make_reference_backend();
  const LayerReader reader(*weights, *backend);
  const PromptTokens tokens("d", encoder.position, reader);
  const auto session = backend->make_session();
  const FeatureMap prompt = upload_uniform(*session, {2, 8, 12, 1}, 1);
  const FeatureMap x = tokens.run(*session, prompt, 2, 3);
  ASSERT_EQ(x.shape(), (FeatureShape{2, 1, 7, kWidth}));
  const std::vector<float> found = downloaded(*session, x);
  const std::vector<float> class_token = weights->read("d.encoder.cls_token").to_floats();
  const std::vector<float> position = weights->read("d.encoder.pos_embed").to_floats();
  for (std::size_t i = 0; i < kWidth; ++i) EXPECT_EQ(found[i], class_token[i] + position[i]);
}

}  // namespace
}  // namespace promptdepth
