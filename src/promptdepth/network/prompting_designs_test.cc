#include "promptdepth/network/prompting_designs.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/cpu/cpu_backend.h"
#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/network/prompting_for_test.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

TEST(PromptingDesigns, AreKnownByName) {
  for (const PromptingDesign& design : prompting_designs()) {
    EXPECT_EQ(prompting_design(design.name).name, design.name);
  }
  try {
    prompting_design("telepathy");
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("fusion, adaln, cross_attention, controlnet, none"));
    EXPECT_THAT(error.what(), HasSubstr("telepathy"));
  }
}

TEST(PromptingDesigns, AreRecognisedFromTheTensorsAndBuilt) {
  const auto backend = make_reference_backend();
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights weights = tiny_weights(design.name);
    EXPECT_EQ(PromptDepthAnything::config_of(weights).prompting, design.name);
    EXPECT_EQ(build_network(weights, *backend)->info().prompting, design.name);
  }
}

/// A foundation model has the same tensors, but its depth is not in the prompt's range.
TEST(PromptingDesigns, NoneIsWhatTheFileSaysAndNotWhatItLacks) {
  const MemoryWeights none = tiny_weights("none");
  MemoryWeights unsaid("a test");
  for (const TensorInfo& tensor : none.tensors()) unsaid.add(tensor.name, none.read(tensor.name));
  try {
    inspect_model(unsaid);
    FAIL() << "a foundation model was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("24 missing"));
    EXPECT_THAT(error.what(), HasSubstr("resConfUnit_depth"));
  }
  const MemoryWeights fusion = tiny_weights("fusion");
  MemoryWeights lying("a test", {{kPromptingKey, "none"}});
  for (const TensorInfo& tensor : fusion.tensors())
    lying.add(tensor.name, fusion.read(tensor.name));
  EXPECT_EQ(inspect_model(lying).prompting, "fusion");
}

TEST(PromptingDesigns, OfWhichATensorIsMissingOrTooManyAreRefusedByName) {
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights whole = tiny_weights(design.name);
    for (const TensorInfo& missing : whole.tensors()) {
      if (!is_of_prompting(missing.name)) continue;
      MemoryWeights part("a test");
      for (const TensorInfo& tensor : whole.tensors()) {
        if (tensor.name != missing.name) part.add(tensor.name, whole.read(tensor.name));
      }
      EXPECT_THAT([&] { inspect_model(part); },
                  ::testing::ThrowsMessage<Error>(HasSubstr(missing.name)));
      break;
    }
  }
  MemoryWeights two = tiny_weights("adaln");
  two.add("prompting.controlnet.zero_output1.bias", HostTensor::filled({64}, 0.0F));
  EXPECT_THAT([&] { inspect_model(two); },
              ::testing::ThrowsMessage<Error>(HasSubstr("prompting.controlnet.zero_output1")));
}

/// What training starts from (spec 1.5, 1.7): to the bit, whatever the prompt.
TEST(PromptingDesigns, StartAsTheFoundationModel) {
  const auto backend = make_reference_backend();
  const std::vector<float> foundation = tiny_depth(tiny_weights("none"), *backend, 2);
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights weights = tiny_weights(design.name, /*at_start=*/true);
    EXPECT_EQ(tiny_depth(weights, *backend, 2), foundation) << design.name;
    EXPECT_EQ(tiny_depth(weights, *backend, 3), foundation) << design.name;
  }
}

TEST(PromptingDesigns, FollowThePromptOnceTheirZerosHaveGone) {
  const auto backend = make_reference_backend();
  const std::vector<float> foundation = tiny_depth(tiny_weights("none"), *backend, 0);
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights weights = tiny_weights(design.name);
    const std::vector<float> depth = tiny_depth(weights, *backend, 2);
    EXPECT_EQ(depth != tiny_depth(weights, *backend, 3), design.name != "none") << design.name;
    EXPECT_EQ(tiny_depth(weights, *backend, 0), foundation) << design.name;
    for (const float y : depth) EXPECT_TRUE(y > 0 && y < 1) << design.name;
  }
}

/// float32 on either: a few hundred roundings of values around 1 in front of the sigmoid, whose
/// slope is at most 1/4.
TEST(PromptingDesigns, AreTheSameOnTheCpuAsOnTheReference) {
  const auto reference = make_reference_backend();
  const auto cpu = make_cpu_backend(Precision::kF32);
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights weights = tiny_weights(design.name);
    const std::vector<float> expected = tiny_depth(weights, *reference, 2);
    const std::vector<float> found = tiny_depth(weights, *cpu, 2);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 256 * 0x1p-24) << design.name;
    }
  }
}

TEST(PromptingDesigns, SayWhereTheirTensorsStart) {
  EXPECT_TRUE(starts_at_zero("depth_head.scratch.refinenet2.resConfUnit_depth.4.bias"));
  EXPECT_FALSE(starts_at_zero("depth_head.scratch.refinenet2.resConfUnit_depth.2.bias"));
  EXPECT_TRUE(starts_at_zero("prompting.adaln.blocks.3.zero_scale1.weight"));
  EXPECT_FALSE(starts_at_zero("prompting.cross_attention.blocks.3.query.weight"));
  EXPECT_EQ(encoder_original("prompting.controlnet.encoder.blocks.0.ls1.gamma"),
            "pretrained.blocks.0.ls1.gamma");
  EXPECT_EQ(encoder_original("prompting.adaln.features.0.weight"), std::nullopt);
  EXPECT_EQ(encoder_original("pretrained.encoder.norm"), std::nullopt);
  EXPECT_TRUE(is_of_prompting("prompting.adaln.features.0.weight"));
  EXPECT_TRUE(is_of_prompting("depth_head.scratch.refinenet2.resConfUnit_depth.2.bias"));
  EXPECT_FALSE(is_of_prompting("pretrained.norm.weight"));
}

/// Every copy has an original of the same shape.
TEST(PromptingDesigns, CopyTensorsThatTheEncoderHas) {
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights weights = tiny_weights(design.name);
    for (const TensorInfo& tensor : weights.tensors()) {
      const auto original = encoder_original(tensor.name);
      if (!original) continue;
      ASSERT_NE(weights.find(*original), nullptr) << *original;
      EXPECT_EQ(weights.find(*original)->shape, tensor.shape) << *original;
    }
  }
}

}  // namespace
}  // namespace promptdepth
