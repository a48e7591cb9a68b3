#include "promptdepth/network/dpt.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

const DptConfig kSmall = {
    .encoder_width = 6, .neck = {3, 4, 5, 6}, .features = 4, .head_hidden = 3};

DptConfig read_back(const DptConfig& config) {
  Manifest manifest;
  describe_dpt(config, manifest);
  return dpt_config(*seeded_weights(manifest.tensors()), config.encoder_width);
}

TEST(Dpt, RefusesLayersWithoutChannelsAndWhatCannotBeHalved) {
  EXPECT_EQ(read_back(kSmall).features, kSmall.features);
  for (const std::int64_t features : {0, 1, 3}) {
    DptConfig config = kSmall;
    config.features = features;
    EXPECT_THROW(read_back(config), Error) << features;
  }
  for (std::size_t level = 0; level < 4; ++level) {
    DptConfig config = kSmall;
    config.neck[level] = 0;
    EXPECT_THROW(read_back(config), Error) << level;
  }
  DptConfig config = kSmall;
  config.head_hidden = 0;
  EXPECT_THROW(read_back(config), Error);
}

/// Seeded weights, with the prompt branches' last convolutions set to zero where asked.
MemoryWeights small_weights(bool zero_prompt) {
  Manifest manifest;
  describe_dpt(kSmall, manifest);
  const auto seeded = seeded_weights(manifest.tensors());
  MemoryWeights weights;
  for (const TensorInfo& tensor : seeded->tensors()) {
    const bool zero = zero_prompt && tensor.name.find("resConfUnit_depth.4") != std::string::npos;
    weights.add(tensor.name,
                zero ? HostTensor::filled(tensor.shape, 0.0F) : seeded->read(tensor.name));
  }
  return weights;
}

std::vector<float> run(bool zero_prompt, float prompt_value) {
  const MemoryWeights weights = small_weights(zero_prompt);
  const auto backend = make_reference_backend();
  const Dpt decoder(LayerReader(weights, *backend));
  const auto session = backend->make_session();
  std::array<FeatureMap, 4> features;
  Random random(5);
  for (FeatureMap& feature : features) {
    std::vector<float> values(3 * 5 * 6);
    for (float& value : values) value = random.normal();
    feature = session->upload(values, {1, 3, 5, 6});
  }
  const std::vector<float> prompt(4 * 4, prompt_value);
  const FeatureMap y =
      decoder.forward(*session, features, session->upload(prompt, {1, 4, 4, 1}), 42, 70);
  EXPECT_EQ(y.shape(), (FeatureShape{1, 42, 70, 1}));
  std::vector<float> depth(42 * 70);
  session->download(y, depth);
  return depth;
}

TEST(Dpt, ReadsItsConfigurationFromTheShapes) {
  const MemoryWeights weights = small_weights(false);
  const DptConfig config = dpt_config(weights, 6);
  EXPECT_EQ(config.neck, kSmall.neck);
  EXPECT_EQ(config.features, 4);
  EXPECT_EQ(config.head_hidden, 3);
}

TEST(Dpt, OutputIsBetweenZeroAndOneAndFollowsThePrompt) {
  const std::vector<float> low = run(false, 0.0F);
  const std::vector<float> high = run(false, 1.0F);
  EXPECT_NE(low, high);
  for (const float y : low) {
    EXPECT_GT(y, 0.0F);
    EXPECT_LT(y, 1.0F);
  }
}

/// With the prompt branches' last layers at zero the network is the foundation model it starts from
/// (spec 1.5).
TEST(Dpt, ZeroInitialisedPromptBranchLeavesTheFoundationModel) {
  EXPECT_EQ(run(true, 0.0F), run(true, 1.0F));
}

}  // namespace
}  // namespace promptdepth
