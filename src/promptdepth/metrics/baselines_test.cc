#include "promptdepth/metrics/baselines.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

DepthMap random_prompt(int width, int height, std::uint64_t seed) {
  DepthMap map(width, height);
  Random random(seed);
  for (float& z : map.values) z = random.uniform(1, 5);
  return map;
}

Image random_image(int width, int height, std::uint64_t seed) {
  Image image(width, height);
  Random random(seed);
  for (float& value : image.rgb) value = random.uniform();
  return image;
}

/// A black and a white half with the border at column `split`, and their depths 1 and 3 m.
struct HalfScene {
  Image image{64, 48};
  DepthMap truth{64, 48, 1.0F};

  explicit HalfScene(int split) {
    for (int y = 0; y < 48; ++y) {
      for (int x = split; x < 64; ++x) {
        std::fill_n(image.at(x, y), 3, 1.0F);
        truth.at(x, y) = 3;
      }
    }
  }
};

using Upsample = std::function<DepthMap(const DepthMap&, const Image&)>;

const Upsample kBilinear = [](const DepthMap& prompt, const Image& image) {
  return upsample_bilinear(prompt, image.width, image.height);
};
const Upsample kNearest = [](const DepthMap& prompt, const Image& image) {
  return upsample_nearest(prompt, image.width, image.height);
};
const Upsample kJointBilateral = [](const DepthMap& prompt, const Image& image) {
  return joint_bilateral_upsample(prompt, image);
};
const Upsample kWeightedMedian = [](const DepthMap& prompt, const Image& image) {
  return weighted_median_upsample(prompt, image);
};

TEST(Baselines, HaveTheImagesSizeAndStayWithinThePromptsRange) {
  const DepthMap prompt = random_prompt(16, 12, 1);
  const auto [low, high] = std::minmax_element(prompt.values.begin(), prompt.values.end());
  for (const Upsample& upsample : {kNearest, kBilinear, kJointBilateral, kWeightedMedian}) {
    const DepthMap result = upsample(prompt, random_image(63, 50, 2));
    EXPECT_EQ(result.width, 63);
    EXPECT_EQ(result.height, 50);
    for (const float z : result.values) {
      EXPECT_GE(z, *low * (1 - 1e-6F));
      EXPECT_LE(z, *high * (1 + 1e-6F));
    }
  }
}

TEST(Baselines, ScaleWithThePrompt) {
  const DepthMap prompt = random_prompt(16, 12, 3);
  DepthMap doubled = prompt;
  for (float& z : doubled.values) z *= 2;
  const Image image = random_image(40, 30, 4);
  for (const Upsample& upsample : {kNearest, kBilinear, kJointBilateral, kWeightedMedian}) {
    const DepthMap once = upsample(prompt, image);
    const DepthMap twice = upsample(doubled, image);
    for (std::size_t i = 0; i < once.pixel_count(); ++i) {
      EXPECT_EQ(twice.values[i], 2 * once.values[i]);
    }
  }
}

TEST(Baselines, BilinearInterpolatesAPlaneExactlyBetweenThePromptsCentres) {
  DepthMap prompt(8, 6);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 8; ++x) {
      prompt.at(x, y) = 1 + 0.5F * static_cast<float>(x) + 0.25F * static_cast<float>(y);
    }
  }
  const DepthMap result = upsample_bilinear(prompt, 32, 24);
  for (int y = 2; y < 22; ++y) {
    for (int x = 2; x < 30; ++x) {
      const float px = (static_cast<float>(x) + 0.5F) / 4 - 0.5F;
      const float py = (static_cast<float>(y) + 0.5F) / 4 - 0.5F;
      EXPECT_NEAR(result.at(x, y), 1 + 0.5F * px + 0.25F * py, 1e-5F);
    }
  }
}

/// The image's border is at a prompt pixel's border, so that the prompt itself is clean.
TEST(Baselines, JointFiltersPutTheEdgeWhereTheImageHasIt) {
  const HalfScene scene(32);
  const DepthMap prompt = upsample_nearest(scene.truth, 8, 6);
  for (const Upsample& upsample : {kJointBilateral, kWeightedMedian}) {
    const DepthMap result = upsample(prompt, scene.image);
    for (std::size_t i = 0; i < result.pixel_count(); ++i) {
      EXPECT_NEAR(result.values[i], scene.truth.values[i], 1e-4F);
    }
  }
  EXPECT_NEAR(kBilinear(prompt, scene.image).at(31, 20), 2, 0.2F);  // what there was to be gained
}

TEST(Baselines, WeightedMedianInventsNoDepthAndIgnoresAnOutlier) {
  DepthMap prompt(8, 6, 2.0F);
  prompt.at(3, 3) = 9;
  const DepthMap result =
      weighted_median_upsample(prompt, Image(64, 48), {.spatial_sigma_px = 16, .rgb_sigma = 0.1F});
  for (const float z : result.values) EXPECT_EQ(z, 2);
}

TEST(Baselines, JointFiltersTakeAnyColourDifference) {
  HalfScene scene(32);
  scene.image.at(5, 5)[0] = 1;  // like nothing around it
  const DepthMap prompt = upsample_nearest(scene.truth, 8, 6);
  const DepthMap result =
      joint_bilateral_upsample(prompt, scene.image, {.spatial_sigma_px = 1.6F, .rgb_sigma = 1e-3F});
  EXPECT_EQ(result.at(5, 5), 1);
}

/// The weights of a window, by the definition: one row of prompt pixels, two image pixels each.
std::vector<std::pair<float, float>> weights_by_definition(const DepthMap& prompt,
                                                           const Image& image, int x,
                                                           const JointFilterOptions& options) {
  std::vector<std::pair<float, float>> depth_and_weight;
  for (int q = 0; q < prompt.width; ++q) {
    const float distance_px = 2 * static_cast<float>(q) + 0.5F - static_cast<float>(x);
    if (std::abs(distance_px) > 2.5F * options.spatial_sigma_px) continue;
    float difference2 = 0;
    for (int c = 0; c < 3; ++c) {
      const float mean = (image.at(2 * q, 0)[c] + image.at(2 * q + 1, 0)[c]) / 2;
      difference2 += (mean - image.at(x, 0)[c]) * (mean - image.at(x, 0)[c]);
    }
    depth_and_weight.emplace_back(
        prompt.at(q, 0), std::exp(-distance_px * distance_px /
                                  (2 * options.spatial_sigma_px * options.spatial_sigma_px)) *
                             std::exp(-difference2 / (2 * options.rgb_sigma * options.rgb_sigma)));
  }
  return depth_and_weight;
}

TEST(Baselines, JointFiltersAreTheMeanAndTheMedianOfTheirDefinition) {
  const DepthMap prompt = random_prompt(20, 1, 7);
  const Image image = random_image(40, 1, 8);
  const JointFilterOptions options{.spatial_sigma_px = 3, .rgb_sigma = 0.4F};
  const DepthMap mean = joint_bilateral_upsample(prompt, image, options);
  const DepthMap median = weighted_median_upsample(prompt, image, options);
  for (int x = 1; x < 39; ++x) {  // the outermost are clamped to the prompt's centres
    auto samples = weights_by_definition(prompt, image, x, options);
    std::sort(samples.begin(), samples.end());
    float sum = 0;
    float weight_sum = 0;
    for (const auto& [depth, weight] : samples) {
      sum += depth * weight;
      weight_sum += weight;
    }
    EXPECT_NEAR(mean.at(x, 0), sum / weight_sum, 1e-4F) << x;
    float below = 0;
    for (const auto& [depth, weight] : samples) {
      below += weight;
      if (below < weight_sum / 2) continue;
      EXPECT_EQ(median.at(x, 0), depth) << x;
      break;
    }
  }
}

TEST(Baselines, WideWindowsAreSampledEvenlyAndReachAsFar) {
  // Depth 1 in the left half, 3 in the right: far from the border only one of them is in reach.
  const HalfScene scene(32);
  const Image grey(64, 48);
  const DepthMap mean =
      joint_bilateral_upsample(scene.truth, grey, {.spatial_sigma_px = 6, .rgb_sigma = 0.1F});
  EXPECT_EQ(mean.at(2, 20), 1);
  EXPECT_NEAR(mean.at(61, 20), 3, 1e-6F);
  EXPECT_NEAR(mean.at(31, 20) + mean.at(32, 20), 4, 0.02F);  // symmetric about the border
  EXPECT_GT(mean.at(24, 20), 1.1F);
}

TEST(Baselines, DoNotDependOnTheNumberOfThreads) {
  const DepthMap prompt = random_prompt(16, 12, 5);
  const Image image = random_image(64, 48, 6);
  const int threads = thread_count();
  set_thread_count(1);
  const DepthMap serial = joint_bilateral_upsample(prompt, image);
  set_thread_count(4);
  const DepthMap parallel = joint_bilateral_upsample(prompt, image);
  set_thread_count(threads);
  EXPECT_EQ(serial.values, parallel.values);
}

TEST(Baselines, RefuseEmptyInputsAndOptionsOutOfRange) {
  const DepthMap prompt(4, 3, 1.0F);
  EXPECT_THROW(joint_bilateral_upsample(DepthMap(), Image(4, 3)), Error);
  EXPECT_THROW(joint_bilateral_upsample(prompt, Image()), Error);
  EXPECT_THROW(
      weighted_median_upsample(prompt, Image(4, 3), {.spatial_sigma_px = 0, .rgb_sigma = 0.1F}),
      Error);
  EXPECT_THROW(
      weighted_median_upsample(prompt, Image(4, 3), {.spatial_sigma_px = 5, .rgb_sigma = 0}),
      Error);
}

}  // namespace
}  // namespace promptdepth
