#include "promptdepth/network/control_net.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/network/prompting_for_test.h"

namespace promptdepth {
namespace {

constexpr std::size_t kWidth = 64;

/// The copy as the encoder is, the identity behind it, and features of the prompt that are all
/// `feature`.
MemoryWeights copied_encoder(float feature) {
  const MemoryWeights seeded = tiny_weights("controlnet");
  MemoryWeights weights;
  for (const TensorInfo& tensor : seeded.tensors()) {
    HostTensor values = seeded.read(encoder_original(tensor.name).value_or(tensor.name));
    if (tensor.name.find(".features.") != std::string::npos) {
      const bool last = tensor.name.ends_with(".features.2.bias");
      values = HostTensor::filled(tensor.shape, last ? feature : 0.0F);
    }
    if (tensor.name.find(".zero_output") != std::string::npos) {
      std::vector<float> identity(static_cast<std::size_t>(tensor.shape.element_count()));
      for (std::size_t i = 0; i < identity.size(); i += kWidth + 1) {
        identity[i] = tensor.shape.rank() == 4 ? 1.0F : 0.0F;
      }
      values = HostTensor::from_floats(tensor.shape, std::move(identity));
    }
    weights.add(tensor.name, std::move(values));
  }
  return weights;
}

struct Maps {
  std::vector<float> of_encoder;
  std::vector<float> controlled;
};

/// The finest of the four maps before and behind the control.
Maps run(float feature) {
  const Dinov2Config config = tiny_config("controlnet").encoder;
  const MemoryWeights weights = copied_encoder(feature);
  const auto backend = make_reference_backend();
  const LayerReader reader(weights, *backend);
  const Dinov2 encoder(config, reader);
  const ControlNet design(config, reader);
  const auto session = backend->make_session();
  const FeatureMap image = upload_uniform(*session, {1, 28, 42, 3}, 1);
  const FeatureMap prompt =
      design.encode(*session, upload_uniform(*session, {1, 5, 7, 1}, 2), 2, 3);
  const auto features = encoder.forward(*session, image, Prompting(), {});
  const auto controlled = design.after_encoder(*session, image, features, prompt);
  return {downloaded(*session, features[0]), downloaded(*session, controlled[0])};
}

TEST(ControlNet, AddsACopyOfTheEncoderToIt) {
  const Maps maps = run(0);
  for (std::size_t i = 0; i < maps.of_encoder.size(); ++i) {
    ASSERT_EQ(maps.controlled[i], 2 * maps.of_encoder[i]);
  }
}

TEST(ControlNet, ShowsThePromptToTheCopyAlone) {
  const Maps without = run(0);
  const Maps with = run(0.5F);
  EXPECT_EQ(with.of_encoder, without.of_encoder);
  EXPECT_NE(with.controlled, without.controlled);
}

}  // namespace
}  // namespace promptdepth
