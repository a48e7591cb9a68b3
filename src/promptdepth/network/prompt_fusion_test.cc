#include "promptdepth/network/prompt_fusion.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/network/prompting_for_test.h"

namespace promptdepth {
namespace {

/// One channel, and every convolution the identity: path + max(prompt, 0), resampled.
TEST(PromptFusion, AddsTheResampledPromptAtEveryLevel) {
  Manifest manifest;
  PromptFusion::describe({}, {.features = 1}, manifest);
  MemoryWeights weights;
  for (const TensorInfo& tensor : manifest.tensors()) {
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.element_count()));
    if (values.size() == 9) values[4] = 1;
    weights.add(tensor.name, HostTensor::from_floats(tensor.shape, std::move(values)));
  }
  const auto backend = make_reference_backend();
  const PromptFusion fusion{LayerReader(weights, *backend)};
  const auto session = backend->make_session();
  const FeatureMap prompt = upload_uniform(*session, {1, 3, 4, 1}, 1);
  for (std::size_t level = 0; level < 4; ++level) {
    const FeatureMap path = upload_uniform(*session, {1, 6, 9, 1}, 2);
    const FeatureMap resampled = session->resize_bilinear(prompt, 6, 9, PixelAlignment::kHalfPixel);
    EXPECT_EQ(downloaded(*session, fusion.in_fusion_block(*session, level, path, prompt)),
              downloaded(*session, session->add(path, resampled)));
  }
}

TEST(PromptFusion, HasTheNumberOfParametersThatWasPublished) {
  Manifest manifest;
  PromptFusion::describe({}, {.features = 256}, manifest);
  EXPECT_EQ(manifest.parameter_count(), 4730880);  // ViT-L, spec 1.2.
}

}  // namespace
}  // namespace promptdepth
