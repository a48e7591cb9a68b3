#include "promptdepth/estimator/estimator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/base/random.h"
#include "promptdepth/estimator/default_model.h"
#include "promptdepth/network/prompting_designs.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

Image noise_photo(int width, int height) {
  Image photo(width, height);
  Random random(3);
  for (float& value : photo.rgb) value = random.uniform();
  return photo;
}

DepthMap ramp_prompt(int width, int height) {
  DepthMap prompt(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      prompt.at(x, y) = 1.0F + 0.1F * static_cast<float>(x) + 0.05F * static_cast<float>(y);
  }
  return prompt;
}

EstimatorOptions exact() { return {.precision = PrecisionChoice::kF32}; }

void expect_valid(const DepthMap& depth, int width, int height) {
  EXPECT_EQ(depth.width, width);
  EXPECT_EQ(depth.height, height);
  for (const float z : depth.values) {
    ASSERT_TRUE(std::isfinite(z));
    ASSERT_GT(z, 0.0F);
  }
}

TEST(Estimator, GivesEveryPixelAPositiveDepthAtThePhotosSize) {
  const Estimator estimator = Estimator::load_default();
  expect_valid(estimator.estimate(noise_photo(61, 47), ramp_prompt(12, 9)), 61, 47);
}

TEST(Estimator, SurvivesHolesNanAndScatteredPoints) {
  const Estimator estimator = Estimator::load_default();
  DepthMap holes = ramp_prompt(24, 18);
  for (std::size_t i = 0; i < holes.values.size(); ++i) {
    if (i % 3 == 0) holes.values[i] = 0.0F;
    if (i % 7 == 0) holes.values[i] = std::numeric_limits<float>::quiet_NaN();
    if (i % 11 == 0) holes.values[i] = std::numeric_limits<float>::infinity();
  }
  expect_valid(estimator.estimate(noise_photo(64, 48), holes), 64, 48);
  DepthMap scattered(64, 48);
  for (int i = 0; i < 20; ++i) scattered.at(3 * i, 2 * i) = 1.0F + 0.1F * static_cast<float>(i);
  expect_valid(estimator.estimate(noise_photo(64, 48), scattered), 64, 48);
}

TEST(Estimator, ConstantPromptStaysAboutConstant) {
  const Estimator estimator = Estimator::load_default();
  const DepthMap depth = estimator.estimate(noise_photo(64, 48), DepthMap(16, 12, 2.5F));
  for (const float z : depth.values) EXPECT_NEAR(z, 2.5F, 0.1F);
}

TEST(Estimator, NoValidPixelIsAClearError) {
  const Estimator estimator = Estimator::load_default();
  try {
    estimator.estimate(noise_photo(32, 32), DepthMap(8, 8, 0.0F));
    FAIL() << "accepted an empty prompt";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
  }
}

/// The network works in the prompt's normalised space: scaling the prompt scales the depth.
TEST(Estimator, ScalesWithThePrompt) {
  const Estimator estimator = Estimator::load_default(exact());
  const Image photo = noise_photo(64, 48);
  DepthMap prompt = ramp_prompt(16, 12);
  const DepthMap once = estimator.estimate(photo, prompt);
  for (float& z : prompt.values) z *= 4.0F;
  const DepthMap scaled = estimator.estimate(photo, prompt);
  for (std::size_t i = 0; i < once.values.size(); ++i) {
    EXPECT_NEAR(scaled.values[i], 4.0F * once.values[i], 1e-4F * scaled.values[i]);
  }
}

TEST(Estimator, ThreadsShareOneModelAndAgree) {
  const Estimator estimator = Estimator::load_default(exact());
  const Image photo = noise_photo(64, 48);
  const DepthMap prompt = ramp_prompt(16, 12);
  const DepthMap expected = estimator.estimate(photo, prompt);
  std::vector<DepthMap> results(3);
  std::vector<std::thread> threads;
  for (DepthMap& result : results) {
    threads.emplace_back([&] { result = estimator.estimate(photo, prompt); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const DepthMap& result : results) EXPECT_EQ(result.values, expected.values);
}

TEST(Estimator, PromptDepthAnythingStaysInsideThePromptsRange) {
  const Estimator estimator = Estimator::from_weights(*seeded_weights(model_tensors("vits")),
                                                      {.output_size = OutputSize::kNetwork});
  EXPECT_EQ(estimator.model().size, "vits");
  const Estimate result = estimator.estimate_with_details(noise_photo(90, 60), ramp_prompt(16, 12));
  EXPECT_EQ(result.network_width, 84);
  EXPECT_EQ(result.network_height, 56);
  expect_valid(result.depth, 84, 56);
  for (const float z : result.depth.values) {
    EXPECT_GE(z, result.prompt.range.min_m);
    EXPECT_LE(z, result.prompt.range.max_m);
  }
}

/// A network without a prompt in a fixed range of depths sees the photo alone.
TEST(Estimator, OfAFixedDepthRangeDoesNotTakeThePrompts) {
  std::vector<TensorInfo> tensors = model_tensors("vits");
  std::erase_if(tensors, [](const TensorInfo& t) { return is_of_prompting(t.name); });
  const auto seeded = seeded_weights(tensors);
  MemoryWeights weights("a test", {{kPromptingKey, "none"}, {kDepthRangeKey, "12.5"}});
  for (const TensorInfo& tensor : tensors) weights.add(tensor.name, seeded->read(tensor.name));
  const Estimator estimator = Estimator::from_weights(weights, exact());
  const Estimate result = estimator.estimate_with_details(noise_photo(28, 28), ramp_prompt(4, 4));
  EXPECT_EQ(result.prompt.range.min_m, 0);
  EXPECT_EQ(result.prompt.range.max_m, 12.5F);
  expect_valid(result.depth, 28, 28);
  EXPECT_EQ(estimator.estimate(noise_photo(28, 28), ramp_prompt(8, 8)).values, result.depth.values);
}

TEST(Estimator, WarnsOfAnotherAspectRatio) {
  std::vector<std::string> warnings;
  LogSink previous =
      set_log_sink([&](LogLevel, std::string_view text) { warnings.emplace_back(text); });
  Estimator::load_default().estimate(noise_photo(64, 48), ramp_prompt(16, 16));
  set_log_sink(std::move(previous));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], ::testing::HasSubstr("64x48"));
}

/// The default model with the first value of one tensor replaced.
MemoryWeights damaged_default_model(std::string_view name, float value) {
  const std::unique_ptr<WeightFile> sound = default_model();
  MemoryWeights damaged("a damaged model", sound->metadata());
  for (const TensorInfo& tensor : sound->tensors()) {
    std::vector<float> values = sound->read(tensor.name).to_floats();
    if (tensor.name == name) values[0] = value;
    damaged.add(tensor.name, HostTensor::from_floats(tensor.shape, std::move(values)));
  }
  return damaged;
}

TEST(Estimator, DamagedWeightsAreAClearError) {
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), 1e30F}) {
    const Estimator estimator = Estimator::from_weights(
        damaged_default_model("compact.level2.encode.conv1.weight", value), exact());
    try {
      estimator.estimate(noise_photo(64, 48), ramp_prompt(16, 12));
      FAIL() << "no error with a weight of " << value;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
      EXPECT_THAT(error.what(), ::testing::HasSubstr("weights are damaged"));
    }
  }
}

/// The last layer's bias pulls one pixel of every block far below the prompt's range.
TEST(Estimator, OfTheCompactNetworkPredictsNothingBelowHalfOfTheLeastMeasuredDepth) {
  const Estimator estimator =
      Estimator::from_weights(damaged_default_model("compact.head.bias", -30), exact());
  DepthMap prompt = ramp_prompt(16, 12);  // from 1 m on
  prompt.at(5, 5) = 0;                    // filled, not measured
  for (const float scale : {1.0F, 3.0F}) {
    DepthMap scaled = prompt;
    for (float& z : scaled.values) z *= scale;
    const DepthMap depth = estimator.estimate(noise_photo(64, 48), scaled);
    EXPECT_EQ(*std::min_element(depth.values.begin(), depth.values.end()), 0.5F * scale);
  }
}

TEST(Estimator, GivesTheSameDepthAfterPhotosOfManySizes) {
  const Estimator estimator = Estimator::load_default(exact());
  const DepthMap first = estimator.estimate(noise_photo(64, 48), ramp_prompt(16, 12));
  for (int width = 40; width < 52; ++width) {
    expect_valid(estimator.estimate(noise_photo(width, 33), ramp_prompt(16, 12)), width, 33);
  }
  EXPECT_EQ(estimator.estimate(noise_photo(64, 48), ramp_prompt(16, 12)).values, first.values);
}

TEST(Estimator, RefusesBadOptions) {
  EXPECT_THROW(Estimator::load_default({.max_size_px = -1}), Error);
  EXPECT_THROW(Estimator::load("/nonexistent/model.safetensors"), Error);
}

}  // namespace
}  // namespace promptdepth
