#include "promptdepth/prompt/simulation_mix.h"

#include <cmath>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

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

template <typename Options>
double share_of(const SimulationMix& mix) {
  return share_of_draws(mix,
                        [](const SensorOptions& s) { return std::holds_alternative<Options>(s); });
}

/// Nothing but one sensor.
SimulationMix only(float SimulationMix::*share) {
  SimulationMix mix{.sparse_share = 0, .downsampled_share = 0};
  if (share != nullptr) mix.*share = 1;
  return mix;
}

TEST(SimulationMix, DrawsTheSensorsWithTheirShares) {
  const SimulationMix mix = {.sparse_share = 0.2F,
                             .downsampled_share = 0.1F,
                             .time_of_flight_share = 0.15F,
                             .spinning_share = 0.25F,
                             .structure_from_motion_share = 0.05F};
  EXPECT_NEAR(share_of<SparsePointsOptions>(mix), 0.2, five_errors(0.2));
  EXPECT_NEAR(share_of<DownsamplingOptions>(mix), 0.1, five_errors(0.1));
  EXPECT_NEAR(share_of<TimeOfFlightOptions>(mix), 0.15, five_errors(0.15));
  EXPECT_NEAR(share_of<SpinningLidarOptions>(mix), 0.25, five_errors(0.25));
  EXPECT_NEAR(share_of<StructureFromMotionOptions>(mix), 0.05, five_errors(0.05));
  EXPECT_NEAR(share_of<PhoneLidarOptions>(mix), 0.25, five_errors(0.25));
}

TEST(SimulationMix, HasAShareOfPhonesSufferFromSurfacesAndLeavesAllElseAsItWas) {
  SimulationMix mix = only(nullptr);
  mix.surface_share = 0.3F;
  const auto suffers = [](const SensorOptions& s) {
    return std::get<PhoneLidarOptions>(s).surfaces;
  };
  EXPECT_NEAR(share_of_draws(mix, suffers), 0.3, five_errors(0.3));

  SimulationMix without;
  without.surface_share = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SensorOptions a = sample_simulation(seed, 224, 168, {});
    SensorOptions b = sample_simulation(seed, 224, 168, without);
    ASSERT_EQ(a.index(), b.index());
    const auto fields_a = option_fields(a);
    const auto fields_b = option_fields(b);
    for (std::size_t i = 0; i < fields_a.size(); ++i) {
      if (std::string(fields_a[i].name) == "surfaces") continue;
      EXPECT_EQ(field_text(fields_a[i]), field_text(fields_b[i])) << fields_a[i].name;
    }
  }
}

TEST(SimulationMix, TakesSharesThatAddUpToOneButForRounding) {
  SimulationMix mix{.sparse_share = 0.1F, .downsampled_share = 0.1F};
  mix.time_of_flight_share = 0.1F;
  mix.spinning_share = 0.5F;
  mix.structure_from_motion_share = std::nextafter(0.2F, 1.0F);
  EXPECT_NO_THROW(mix.validate());
  mix.structure_from_motion_share = 0.21F;
  EXPECT_THROW(mix.validate(), Error);
}

TEST(SimulationMix, DrawsDefectsWithTheirShares) {
  const SimulationMix mix = only(nullptr);
  const auto share = [&](float PhoneLidarOptions::*member) {
    return share_of_draws(
        mix, [&](const auto& s) { return std::get<PhoneLidarOptions>(s).*member > 0; });
  };
  EXPECT_NEAR(share(&PhoneLidarOptions::hole_share), 0.25, five_errors(0.25));
  EXPECT_NEAR(share(&PhoneLidarOptions::blur_px), 0.5, five_errors(0.5));
  EXPECT_NEAR(share(&PhoneLidarOptions::anchor_dropout), 0.3, five_errors(0.3));
}

/// Checks a drawn sensor against the intervals of the mix.
struct WithinIntervals {
  const SimulationMix& mix;

  static void expect(float value, const Interval& interval) {
    EXPECT_GE(value, interval.low * 0.999F);
    EXPECT_LE(value, interval.high * 1.001F);
  }
  void operator()(const PhoneLidarOptions& s) const {
    const float spacing = s.stride_px * 336 / static_cast<float>(s.prompt_width);
    expect(spacing, {5 * 0.99F, 30 * 1.02F});  // the prompt's width is rounded
    expect(s.fill.rgb_sigma, mix.rgb_sigma);
  }
  void operator()(const SparsePointsOptions& s) const {
    expect(static_cast<float>(s.count), mix.point_count);
  }
  void operator()(const DownsamplingOptions& s) const {
    expect(static_cast<float>(s.width), {33, 168});  // 336 / 10, 336 / 2
  }
  void operator()(const TimeOfFlightOptions& s) const {
    expect(static_cast<float>(s.width), {56, 336});
    expect(s.returns.half_range_m, mix.tof_half_range_m);
    expect(s.returns.max_range_m, mix.tof_max_range_m);
    expect(s.flying, mix.tof_flying);
  }
  void operator()(const SpinningLidarOptions& s) const {
    expect(s.azimuth_step_deg, mix.scanner_azimuth_step_deg);
    expect(s.highest_deg - s.lowest_deg, mix.scanner_view_deg);
    expect((s.highest_deg - s.lowest_deg) / static_cast<float>(s.beams - 1), {0.14F, 1.6F});
  }
  void operator()(const StructureFromMotionOptions& s) const {
    expect(static_cast<float>(s.count), mix.corner_count);
    expect(s.baseline, mix.corner_baseline);
  }
};

TEST(SimulationMix, StaysWithinItsIntervals) {
  const SimulationMix mix = {
      .time_of_flight_share = 0.2F, .spinning_share = 0.2F, .structure_from_motion_share = 0.1F};
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    const SensorOptions s = sample_simulation(seed, 336, 252, mix);
    std::visit([](const auto& sensor) { sensor.validate(); }, s);
    std::visit(WithinIntervals{mix}, s);
  }
}

TEST(SimulationMix, DrawsSpacingsUniformlyInTheLogarithm) {
  const double below_geometric_mean = share_of_draws(only(nullptr), [](const SensorOptions& s) {
    const auto& phone = std::get<PhoneLidarOptions>(s);
    return phone.stride_px * 224 / static_cast<float>(phone.prompt_width) < std::sqrt(5.0F * 30.0F);
  });
  EXPECT_NEAR(below_geometric_mean, 0.5, five_errors(0.5));
}

/// The settings, whatever the sensor.
std::string text_of(SensorOptions options) {
  std::string text = std::to_string(options.index());
  for (const OptionField& field : option_fields(options))
    text += fmt::format(" {}", field_text(field));
  return text;
}

TEST(SimulationMix, GivesTheSameSettingsForTheSameSeedWhateverTheShares) {
  EXPECT_EQ(text_of(sample_simulation(5, 224, 168)), text_of(sample_simulation(5, 224, 168)));
  EXPECT_NE(text_of(sample_simulation(5, 224, 168)), text_of(sample_simulation(6, 224, 168)));
  SimulationMix half{.sparse_share = 0, .downsampled_share = 0, .spinning_share = 0.5F};
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const SensorOptions s = sample_simulation(seed, 224, 168, half);
    const SimulationMix all = only(
        std::holds_alternative<SpinningLidarOptions>(s) ? &SimulationMix::spinning_share : nullptr);
    EXPECT_EQ(text_of(sample_simulation(seed, 224, 168, all)), text_of(s));
  }
}

TEST(SimulationMix, SimulatesTheDrawnSensor) {
  DepthMap truth(224, 168, 2.0F);
  const Image image(224, 168);
  EXPECT_EQ(count_valid(simulate_prompt(SparsePointsOptions{.count = 300}, truth, image, 1)), 300U);
  EXPECT_EQ(simulate_prompt(DownsamplingOptions{.width = 40, .height = 30}, truth, image, 1).values,
            DepthMap(40, 30, 2.0F).values);
  const DepthMap prompt =
      simulate_prompt(PhoneLidarOptions{.prompt_width = 80, .prompt_height = 60}, truth, image, 1);
  EXPECT_EQ(prompt.width, 80);
  EXPECT_EQ(count_valid(prompt), 80U * 60U);
}

TEST(SimulationMix, TakesRandomPointsWhereTheSensorSeesNothing) {
  const DepthMap truth(224, 168, 60.0F);
  const Image white_wall(224, 168);
  EXPECT_EQ(count_valid(simulate_prompt(TimeOfFlightOptions{}, truth, white_wall, 1)), 500U);
  EXPECT_EQ(count_valid(simulate_prompt(StructureFromMotionOptions{}, truth, white_wall, 1)), 500U);
  EXPECT_EQ(count_valid(simulate_prompt(TimeOfFlightOptions{}, DepthMap(9, 9), white_wall, 1)), 0U);
}

TEST(SimulationMix, EverySettingItDrawsGivesAPrompt) {
  DepthMap truth(112, 84);
  Random random(1);
  for (float& z : truth.values) z = random.uniform(1, 5);
  Image image(112, 84);
  for (float& value : image.rgb) value = random.uniform();
  const SimulationMix mix = {
      .time_of_flight_share = 0.2F, .spinning_share = 0.2F, .structure_from_motion_share = 0.2F};
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const DepthMap prompt =
        simulate_prompt(sample_simulation(seed, 112, 84, mix), truth, image, seed);
    EXPECT_GT(count_valid(prompt), 0U) << "seed " << seed;
    for (const float z : prompt.values) {
      EXPECT_TRUE(z >= 0 && std::isfinite(z)) << "seed " << seed;
    }
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
