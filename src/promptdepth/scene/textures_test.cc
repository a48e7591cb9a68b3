#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/random.h"
#include "promptdepth/scene/material.h"

namespace promptdepth::scene {
namespace {

Material material_of(Pattern pattern) {
  Material m;
  m.pattern = pattern;
  m.first = {0.8F, 0.7F, 0.6F};
  m.second = {0.1F, 0.2F, 0.3F};
  m.third = {0.4F, 0.1F, 0.2F};
  m.scale = 12;
  m.seed = 12345;
  return m;
}

/// Brightness at random points of a wall, as seen by pixels of the given size.
std::vector<float> samples(const Material& material, float footprint_m) {
  Random random(4);
  std::vector<float> values;
  for (int i = 0; i < 400; ++i) {
    const Vec3 p{random.uniform(-2, 2), 0, random.uniform(-2, 2)};
    values.push_back(luminance(albedo(material, p, {0, 1, 0}, footprint_m)));
  }
  return values;
}

float deviation(const std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float v : values) {
    sum += v;
    squares += static_cast<double>(v) * v;
  }
  const double n = static_cast<double>(values.size());
  return static_cast<float>(std::sqrt(std::max(0.0, squares / n - sum * sum / n / n)));
}

class Textures : public testing::TestWithParam<int> {};

TEST_P(Textures, AreReflectancesEverywhere) {
  const Material material = material_of(static_cast<Pattern>(GetParam()));
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Vec3 p{random.uniform(-50, 50), random.uniform(-50, 50), random.uniform(-50, 50)};
    const Vec3 n = normalized({random.normal(), random.normal(), random.normal()});
    const Vec3 c = albedo(material, p, n, random.uniform(0, 0.2F));
    for (const float v : {c.x, c.y, c.z}) EXPECT_TRUE(v >= 0 && v <= 1.61F) << v;
  }
}

TEST_P(Textures, AreSeenNearby) {
  const auto pattern = static_cast<Pattern>(GetParam());
  if (pattern == Pattern::kPlain) GTEST_SKIP() << "plain has nothing to see";
  EXPECT_GT(deviation(samples(material_of(pattern), 0.001F)), 0.01F);
}

INSTANTIATE_TEST_SUITE_P(AllPatterns, Textures, testing::Range(0, kPatternCount));

TEST(Textures, OfSmallFeaturesBecomeTheirMeanInTheDistance) {
  for (const Pattern pattern :
       {Pattern::kNoise, Pattern::kSpeckle, Pattern::kChecker, Pattern::kStripes, Pattern::kMarble,
        Pattern::kPoster, Pattern::kWeave, Pattern::kDots, Pattern::kPatches}) {
    EXPECT_LT(deviation(samples(material_of(pattern), 2)), 1e-4F) << static_cast<int>(pattern);
  }
}

TEST(Textures, FollowTheirSeed) {
  Material a = material_of(Pattern::kPoster);
  Material b = a;
  b.seed = 999;
  EXPECT_NE(samples(a, 0.001F), samples(b, 0.001F));
}

TEST(Textures, CheckerAlternatesWithItsScale) {
  Material m = material_of(Pattern::kChecker);
  m.scale = 1;
  m.seed = 0;
  const auto at = [&](float u, float v) { return albedo(m, {u, 0, v}, {0, 1, 0}, 0).x; };
  EXPECT_NE(at(0.1F, 0.1F), at(1.1F, 0.1F));
  EXPECT_EQ(at(0.1F, 0.1F), at(1.1F, 1.1F));
  EXPECT_EQ(at(0.1F, 0.1F), at(2.1F, 0.1F));
}

}  // namespace
}  // namespace promptdepth::scene
