#include "promptdepth/network/compact.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/counting/counting_backend.h"
#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

const CompactConfig kSmall = {.channels = {4, 6, 8}, .propagations = 2};

MemoryWeights weights_with_zero_head(const CompactConfig& config) {
  const auto seeded = seeded_weights(Compact::manifest(config).tensors());
  MemoryWeights weights;
  for (const TensorInfo& tensor : seeded->tensors()) {
    const bool head =
        tensor.name.starts_with("compact.head") || tensor.name.starts_with("compact.propagation");
    weights.add(tensor.name,
                head ? HostTensor::filled(tensor.shape, 0.0F) : seeded->read(tensor.name));
  }
  return weights;
}

std::vector<float> noise(std::size_t count) {
  Random random(1);
  std::vector<float> values(count);
  for (float& value : values) value = random.uniform();
  return values;
}

TEST(Compact, ReadsItsSizeFromTheShapes) {
  for (const int propagations : {0, 2, kMostPropagations}) {
    const CompactConfig config = {.channels = {4, 6, 8}, .propagations = propagations};
    const CompactConfig found =
        Compact::config_of(*shapes_only(Compact::manifest(config).tensors()));
    EXPECT_EQ(found.channels, config.channels);
    EXPECT_EQ(found.propagations, config.propagations);
  }
  const CompactConfig too_far = {.channels = {4, 6}, .propagations = kMostPropagations + 1};
  EXPECT_THROW(Compact::config_of(*shapes_only(Compact::manifest(too_far).tensors())), Error);
  EXPECT_THROW(Compact::config_of(*shapes_only({})), Error);
}

/// The residual's last layer at zero: what training starts from.
TEST(Compact, WithAZeroHeadIsTheBilinearlyUpsampledPrompt) {
  const MemoryWeights weights = weights_with_zero_head({.channels = {4, 6, 8}, .propagations = 0});
  const auto backend = make_reference_backend();
  const auto network = build_network(weights, *backend);
  const auto session = backend->make_session();
  for (const auto& [height, width] :
       {std::pair<std::int64_t, std::int64_t>{16, 24}, {13, 7}, {1, 1}}) {
    const FeatureMap prompt = session->upload(noise(5 * 6), {1, 5, 6, 1});
    const FeatureMap measured = session->upload(std::vector<float>(30, 1.0F), {1, 5, 6, 1});
    const FeatureMap image =
        session->upload(noise(static_cast<std::size_t>(height * width * 3)), {1, height, width, 3});
    std::vector<float> depth(static_cast<std::size_t>(height * width));
    session->download(
        network->forward(*session, {.image = image, .prompt = prompt, .measured = measured}),
        depth);
    std::vector<float> upsampled(depth.size());
    session->download(session->resize_bilinear(prompt, height, width, PixelAlignment::kHalfPixel),
                      upsampled);
    EXPECT_EQ(depth, upsampled);
  }
}

/// Each pixel keeps at least 0.95² of itself, and a constant depth stays what it is.
TEST(Compact, WithZeroLogitsPropagationKeepsMostOfEachPixel) {
  const MemoryWeights weights = weights_with_zero_head(kSmall);
  const auto backend = make_reference_backend();
  const auto network = build_network(weights, *backend);
  const auto session = backend->make_session();
  const auto depth_of = [&](const std::vector<float>& prompt) {
    std::vector<float> depth(prompt.size());
    session->download(
        network->forward(*session, {.image = session->upload(noise(6 * 8 * 3), {1, 6, 8, 3}),
                                    .prompt = session->upload(prompt, {1, 6, 8, 1}),
                                    .measured = session->upload(prompt, {1, 6, 8, 1})}),
        depth);
    return depth;
  };
  for (const float depth : depth_of(std::vector<float>(48, 0.25F))) EXPECT_FLOAT_EQ(depth, 0.25F);
  const std::vector<float> prompt = noise(48);
  const std::vector<float> depth = depth_of(prompt);
  EXPECT_NE(depth, prompt);
  for (std::size_t i = 0; i < prompt.size(); ++i) EXPECT_NEAR(depth[i], prompt[i], 0.1F);
}

TEST(Compact, BatchItemsDoNotMix) {
  const auto weights = seeded_weights(Compact::manifest(kSmall).tensors());
  const auto backend = make_reference_backend();
  const auto network = build_network(*weights, *backend);
  const auto session = backend->make_session();
  const auto run = [&](std::int64_t n, const std::vector<float>& image,
                       const std::vector<float>& prompt) {
    std::vector<float> depth(static_cast<std::size_t>(n * 12 * 20));
    session->download(
        network->forward(*session, {.image = session->upload(image, {n, 12, 20, 3}),
                                    .prompt = session->upload(prompt, {n, 3, 5, 1}),
                                    .measured = session->upload(prompt, {n, 3, 5, 1})}),
        depth);
    return depth;
  };
  const std::vector<float> images = noise(2 * 12 * 20 * 3);
  const std::vector<float> prompts = noise(2 * 3 * 5);
  const std::vector<float> both = run(2, images, prompts);
  const std::vector<float> second =
      run(1, {images.begin() + 720, images.end()}, {prompts.begin() + 15, prompts.end()});
  EXPECT_EQ(std::vector<float>(both.begin() + 240, both.end()), second);
}

}  // namespace
}  // namespace promptdepth
