#include "promptdepth/prompt/fill.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

/// A slanted, wavy surface between 1 and 4 m, measured with the given probability.
DepthMap scattered_surface(int width, int height, float density, std::uint64_t seed) {
  DepthMap map(width, height);
  Random random(seed);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float fx = static_cast<float>(x);
      const float fy = static_cast<float>(y);
      const float z = 2.5F + 0.01F * fx - 0.005F * fy + 0.2F * std::sin(0.2F * fx);
      map.at(x, y) = random.chance(density) ? z : 0.0F;
    }
  }
  return map;
}

Image noise_image(int width, int height, std::uint64_t seed) {
  Image image(width, height);
  Random random(seed);
  for (float& value : image.rgb) value = random.uniform();
  return image;
}

TEST(PromptFill, KeepsMeasuredPixelsAsTheyAre) {
  const DepthMap measured = scattered_surface(80, 60, 0.1F, 1);
  const Image guide = noise_image(160, 120, 2);
  const DepthMap filled = fill_holes(measured, &guide);
  for (std::size_t i = 0; i < measured.pixel_count(); ++i) {
    if (measured.values[i] > 0) {
      EXPECT_EQ(filled.values[i], measured.values[i]);
    }
  }
}

TEST(PromptFill, LeavesNoHoleAndStaysWithinTheMeasuredRange) {
  for (const float density : {0.002F, 0.05F, 0.9F}) {
    const DepthMap measured = scattered_surface(120, 90, density, 3);
    const DepthMap filled = fill_holes(measured);
    float least = 1e9F;
    for (const float z : measured.values) least = z > 0 ? std::min(least, z) : least;
    const float greatest = *std::max_element(measured.values.begin(), measured.values.end());
    EXPECT_EQ(*std::min_element(filled.values.begin(), filled.values.end()), least);
    EXPECT_EQ(*std::max_element(filled.values.begin(), filled.values.end()), greatest);
  }
}

TEST(PromptFill, KeepsAConstantExactly) {
  DepthMap measured = scattered_surface(64, 48, 0.05F, 4);
  for (float& z : measured.values) z = z > 0 ? 1.2345F : 0.0F;
  const Image guide = noise_image(64, 48, 5);
  for (const float z : fill_holes(measured, &guide).values) EXPECT_EQ(z, 1.2345F);
}

TEST(PromptFill, ScalesWithThePrompt) {
  const DepthMap measured = scattered_surface(64, 48, 0.05F, 6);
  DepthMap doubled = measured;
  for (float& z : doubled.values) z *= 2;
  const Image guide = noise_image(64, 48, 7);
  const DepthMap filled = fill_holes(measured, &guide);
  const DepthMap filled_doubled = fill_holes(doubled, &guide);
  for (std::size_t i = 0; i < filled.pixel_count(); ++i) {
    EXPECT_EQ(filled_doubled.values[i], 2 * filled.values[i]);
  }
}

TEST(PromptFill, WeighsByDistanceAndColour) {
  DepthMap measured(4, 1);
  measured.at(0, 0) = 1;
  measured.at(3, 0) = 4;
  EXPECT_FLOAT_EQ(fill_holes(measured).at(1, 0), (1.0F + 0.5F * 4) / 1.5F);

  Image guide(4, 1);
  guide.at(3, 0)[1] = 0.2F;  // the far point looks different
  const float similarity = std::exp(-0.04F / (2 * 0.1F * 0.1F));
  const float weight = 0.5F * similarity;
  EXPECT_FLOAT_EQ(fill_holes(measured, &guide).at(1, 0), (1 + weight * 4) / (1 + weight));
}

TEST(PromptFill, FollowsTheImageEvenWhereNoNeighbourLooksAlike) {
  DepthMap measured(3, 1);
  measured.at(0, 0) = 1;
  measured.at(2, 0) = 2;
  Image guide(3, 1);
  guide.at(0, 0)[0] = 1;
  guide.at(2, 0)[0] =
      0.9F;  // both far away from 0; exp(-0.81 / 2σ²) underflows, the ratio does not
  EXPECT_FLOAT_EQ(fill_holes(measured, &guide, {.rgb_sigma = 0.01F}).at(1, 0), 2);
}

TEST(PromptFill, UsesAllPointsWhenThereAreFewerThanK) {
  DepthMap measured(5, 5);
  measured.at(2, 2) = 3;
  for (const float z : fill_holes(measured).values) EXPECT_EQ(z, 3);
  measured.at(0, 0) = 1;
  const float far = 1 / std::hypot(4.0F, 4.0F);
  const float near = 1 / std::hypot(2.0F, 2.0F);
  EXPECT_FLOAT_EQ(fill_holes(measured).at(4, 4), (far * 1 + near * 3) / (far + near));
}

TEST(PromptFill, ReturnsADenseMapUnchanged) {
  const DepthMap dense = scattered_surface(40, 30, 1.0F, 8);
  EXPECT_EQ(fill_holes(dense).values, dense.values);
}

TEST(PromptFill, DoesNotDependOnTheNumberOfThreads) {
  const DepthMap measured = scattered_surface(500, 300, 0.03F, 9);  // large enough to be shared
  const Image guide = noise_image(500, 300, 10);
  const int threads = thread_count();
  set_thread_count(1);
  const DepthMap serial = fill_holes(measured, &guide);
  set_thread_count(4);
  const DepthMap parallel = fill_holes(measured, &guide);
  set_thread_count(threads);
  EXPECT_EQ(serial.values, parallel.values);
}

TEST(PromptFill, RefusesAMapWithoutMeasurementAndOptionsOutOfRange) {
  EXPECT_THROW(fill_holes(DepthMap(4, 3)), Error);
  DepthMap measured(2, 1);
  measured.at(0, 0) = 1;
  EXPECT_THROW(fill_holes(measured, nullptr, {.neighbours = 0}), Error);
  EXPECT_THROW(fill_holes(measured, nullptr, {.neighbours = kMaxNeighbours + 1}), Error);
  EXPECT_THROW(fill_holes(measured, nullptr, {.rgb_sigma = 0}), Error);
}

}  // namespace
}  // namespace promptdepth
