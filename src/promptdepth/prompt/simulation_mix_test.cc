#include "promptdepth/prompt/simulation_mix.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

using Kind = PromptSimulation::Kind;

constexpr int kDraws = 4000;

/// The share of `kDraws` seeds for which holds(simulation) is true.
template <typename Holds>
double share_of_draws(const SimulationMix& mix, const Holds& holds) {
  double count = 0;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    count += holds(sample_simulation(seed, 224, 168, mix)) ? 1 : 0;
  }
  return count / kDraws;
}

double five_errors(double p) { return 5 * std::sqrt(p * (1 - p) / kDraws); }

TEST(SimulationMix, DrawsTheSensorsWithTheirShares) {
  const SimulationMix mix = {.sparse_share = 0.2F, .downsampled_share = 0.3F};
  const auto share = [&](Kind kind) {
    return share_of_draws(mix, [&](const PromptSimulation& s) { return s.kind == kind; });
  };
  EXPECT_NEAR(share(Kind::kSparsePoints), 0.2, five_errors(0.2));
  EXPECT_NEAR(share(Kind::kDownsampling), 0.3, five_errors(0.3));
  EXPECT_NEAR(share(Kind::kPhoneLidar), 0.5, five_errors(0.5));
}

TEST(SimulationMix, DrawsDefectsWithTheirShares) {
  const SimulationMix mix;
  EXPECT_NEAR(share_of_draws(mix, [](const auto& s) { return s.phone_lidar.hole_share > 0; }), 0.25,
              five_errors(0.25));
  EXPECT_NEAR(share_of_draws(mix, [](const auto& s) { return s.phone_lidar.blur_px > 0; }), 0.5,
              five_errors(0.5));
  EXPECT_NEAR(share_of_draws(mix, [](const auto& s) { return s.phone_lidar.anchor_dropout > 0; }),
              0.3, five_errors(0.3));
}

TEST(SimulationMix, StaysWithinItsIntervals) {
  const SimulationMix mix;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    const PromptSimulation s = sample_simulation(seed, 336, 252, mix);
    s.phone_lidar.validate();
    s.sparse_points.validate();
    const float spacing =
        s.phone_lidar.stride_px * 336 / static_cast<float>(s.phone_lidar.prompt_width);
    EXPECT_GE(spacing, 5 * 0.99F);  // the prompt's width is rounded
    EXPECT_LE(spacing, 30 * 1.02F);
    EXPECT_GE(s.phone_lidar.fill.rgb_sigma, 0.06F * 0.999F);
    EXPECT_LE(s.phone_lidar.fill.rgb_sigma, 0.3F * 1.001F);
    EXPECT_GE(s.sparse_points.count, 200);
    EXPECT_LE(s.sparse_points.count, 2000);
    EXPECT_GE(s.downsampled_width, 33);  // 336 / 10
    EXPECT_LE(s.downsampled_width, 168);
  }
}

TEST(SimulationMix, DrawsSpacingsUniformlyInTheLogarithm) {
  const double below_geometric_mean = share_of_draws({}, [](const PromptSimulation& s) {
    return s.phone_lidar.stride_px * 224 / static_cast<float>(s.phone_lidar.prompt_width) <
           std::sqrt(5.0F * 30.0F);
  });
  EXPECT_NEAR(below_geometric_mean, 0.5, five_errors(0.5));
}

TEST(SimulationMix, GivesTheSameSettingsForTheSameSeed) {
  const PromptSimulation a = sample_simulation(5, 224, 168);
  const PromptSimulation b = sample_simulation(5, 224, 168);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.phone_lidar.prompt_width, b.phone_lidar.prompt_width);
  EXPECT_EQ(a.phone_lidar.noise, b.phone_lidar.noise);
  EXPECT_EQ(a.sparse_points.count, b.sparse_points.count);
}

TEST(SimulationMix, SimulatesTheDrawnSensor) {
  DepthMap truth(224, 168, 2.0F);
  const Image image(224, 168);
  PromptSimulation simulation;
  simulation.phone_lidar.prompt_width = 80;
  simulation.phone_lidar.prompt_height = 60;
  simulation.sparse_points.count = 300;
  simulation.kind = Kind::kSparsePoints;
  EXPECT_EQ(count_valid(simulate_prompt(simulation, truth, image, 1)), 300U);
  simulation.kind = Kind::kDownsampling;
  simulation.downsampled_width = 40;
  simulation.downsampled_height = 30;
  EXPECT_EQ(simulate_prompt(simulation, truth, image, 1).values, DepthMap(40, 30, 2.0F).values);
  simulation.kind = Kind::kPhoneLidar;
  const DepthMap prompt = simulate_prompt(simulation, truth, image, 1);
  EXPECT_EQ(prompt.width, 80);
  EXPECT_EQ(count_valid(prompt), 80U * 60U);
}

TEST(SimulationMix, EverySettingItDrawsGivesAPrompt) {
  DepthMap truth(112, 84);
  Random random(1);
  for (float& z : truth.values) z = random.uniform(1, 5);
  const Image image(112, 84);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const DepthMap prompt = simulate_prompt(sample_simulation(seed, 112, 84), truth, image, seed);
    EXPECT_GT(count_valid(prompt), 0U) << "seed " << seed;
    for (const float z : prompt.values) EXPECT_TRUE(z >= 0 && z < 10) << "seed " << seed;
  }
}

TEST(SimulationMix, RefusesOptionsOutOfRange) {
  EXPECT_THROW((SimulationMix{.sparse_share = 0.6F, .downsampled_share = 0.6F}.validate()), Error);
  EXPECT_THROW(SimulationMix{.sparse_share = -0.1F}.validate(), Error);
  EXPECT_THROW((SimulationMix{.noise = {0, 0.1F}}.validate()), Error);
  EXPECT_THROW((SimulationMix{.anchor_spacing_px = {30, 5}}.validate()), Error);
  EXPECT_THROW((SimulationMix{.bias = {0, std::nanf("")}}.validate()), Error);
}

}  // namespace
}  // namespace promptdepth
