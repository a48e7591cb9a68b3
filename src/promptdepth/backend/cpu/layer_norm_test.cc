#include "promptdepth/backend/cpu/layer_norm.h"

#include "promptdepth/backend/cpu/kernel_fixture.h"

namespace promptdepth::cpu {
namespace {

class NormalisedRows : public EachTarget {};

INSTANTIATE_TEST_SUITE_P(Targets, NormalisedRows, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

constexpr float kEpsilon = 1e-6F;

/// The formula row by row; errors as in the conformance cases: the mean is off by 2·√c + 4
/// roundings of Σ|x|/c, and so is what is subtracted from it.
void add_row(const Guarded& in, std::int64_t row, const Guarded& weight, const Guarded& bias,
             std::int64_t channels, DType out, std::vector<double>& expected,
             std::vector<double>& tolerance) {
  const auto count = static_cast<double>(channels);
  double mean = 0.0;
  double size = 0.0;
  for (std::int64_t i = 0; i < channels; ++i) {
    mean += in[row * channels + i] / count;
    size += std::abs(in[row * channels + i]) / count;
  }
  double variance = 0.0;
  for (std::int64_t i = 0; i < channels; ++i) {
    const double centred = in[row * channels + i] - mean;
    variance += centred * centred / count;
  }
  const double deviation = std::sqrt(variance + static_cast<double>(kEpsilon));
  const double roundings = (2.0 * std::sqrt(count) + 4.0) * kF32Unit;
  for (std::int64_t i = 0; i < channels; ++i) {
    const double x = in[row * channels + i];
    expected.push_back((x - mean) / deviation * weight[i] + bias[i]);
    const double moved = size + std::abs(x) + std::abs(x - mean);
    tolerance.push_back(roundings * (moved / deviation * std::abs(weight[i]) + std::abs(bias[i])) +
                        rounding_of(out, expected.back()));
  }
}

TEST_P(NormalisedRows, FollowTheFormula) {
  constexpr std::int64_t kRows = 5;
  for (const std::int64_t channels : counts_around_vectors()) {
    const Guarded weight(DType::kF32, random_values(channels, 1));
    const Guarded bias(DType::kF32, random_values(channels, 2));
    for (const DType from : kStorageTypes) {
      for (const DType to : kStorageTypes) {
        SCOPED_TRACE(::testing::Message()
                     << channels << " channels, " << name_of(from) << " to " << name_of(to));
        Guarded in(from, random_values(kRows * channels, channels, 3));
        Guarded out(to, kRows * channels);
        std::vector<double> expected;
        std::vector<double> tolerance;
        for (std::int64_t row = 0; row < kRows; ++row) {
          add_row(in, row, weight, bias, channels, to, expected, tolerance);
        }
        layer_norm(in.view(), weight.floats(), bias.floats(), kEpsilon, kRows, channels,
                   out.view());
        expect_within(out.values(), expected, tolerance);
        ASSERT_TRUE(out.is_intact());
        if (from != to) continue;
        layer_norm(in.view(), weight.floats(), bias.floats(), kEpsilon, kRows, channels, in.view());
        ASSERT_EQ(in.values(), out.values());
        ASSERT_TRUE(in.is_intact());
      }
    }
  }
}

TEST_P(NormalisedRows, ConstantRowsBecomeTheBias) {
  for (const std::int64_t channels : counts_around_vectors()) {
    const std::vector<float> ones(static_cast<std::size_t>(3 * channels), 1.0F);
    const Guarded weight(DType::kF32, random_values(channels, 1));
    const Guarded bias(DType::kF32, random_values(channels, 2));
    Guarded in(DType::kF32, ones);
    Guarded out(DType::kF32, 3 * channels);
    layer_norm(in.view(), weight.floats(), bias.floats(), kEpsilon, 3, channels, out.view());
    for (std::int64_t i = 0; i < 3 * channels; ++i) ASSERT_EQ(out[i], bias[i % channels]) << i;
  }
}

/// x = 4096 ± 1: the sum of squares minus the squared mean would have nothing left in float32.
TEST_P(NormalisedRows, LargeMeansDoNotSwallowTheVariance) {
  for (const std::int64_t channels : {2, 16, 34, 64, 1024}) {
    std::vector<float> alternating;
    for (std::int64_t i = 0; i < channels; ++i) {
      alternating.push_back(i % 2 == 0 ? 4097.0F : 4095.0F);
    }
    const std::vector<float> weight(static_cast<std::size_t>(channels), 2.0F);
    const std::vector<float> bias(static_cast<std::size_t>(channels), 0.5F);
    Guarded in(DType::kF32, alternating);
    Guarded out(DType::kF32, channels);
    layer_norm(in.view(), weight.data(), bias.data(), 0.0F, 1, channels, out.view());
    for (std::int64_t i = 0; i < channels; ++i) ASSERT_EQ(out[i], i % 2 == 0 ? 2.5F : -1.5F) << i;
  }
}

TEST_P(NormalisedRows, EveryNumberOfThreadsGivesTheSame) {
  constexpr std::int64_t kRows = 1001;
  constexpr std::int64_t kChannels = 65;
  const Guarded weight(DType::kF32, random_values(kChannels, 1));
  const Guarded bias(DType::kF32, random_values(kChannels, 2));
  Guarded in(DType::kF32, random_values(kRows * kChannels, kChannels, 3));
  const auto run = [&](int threads) {
    const WithThreads several(threads);
    Guarded out(DType::kF32, kRows * kChannels);
    layer_norm(in.view(), weight.floats(), bias.floats(), kEpsilon, kRows, kChannels, out.view());
    EXPECT_TRUE(out.is_intact());
    return out.values();
  };
  const std::vector<float> alone = run(1);
  for (const int threads : {2, 3, 5}) EXPECT_EQ(run(threads), alone) << threads;
}

}  // namespace
}  // namespace promptdepth::cpu
