#include "promptdepth/backend/cpu/elementwise.h"

#include <limits>

#include "promptdepth/backend/cpu/kernel_fixture.h"

namespace promptdepth::cpu {
namespace {

class Elementwise : public EachTarget {};

INSTANTIATE_TEST_SUITE_P(Targets, Elementwise, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

/// Long enough for several threads.
constexpr std::int64_t kLong = 3 * (1 << 14) + 5;

std::vector<std::int64_t> counts() {
  std::vector<std::int64_t> result = counts_around_vectors();
  result.push_back(kLong);
  return result;
}

/// Calls body(count, type, type) for every count and pair of types.
template <typename Body>
void for_counts_and_types(const Body& body) {
  for (const std::int64_t count : counts()) {
    for (const DType in : kStorageTypes) {
      for (const DType out : kStorageTypes) {
        SCOPED_TRACE(::testing::Message()
                     << count << " elements of " << name_of(in) << " to " << name_of(out));
        body(count, in, out);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

/// Values whose rounding to bfloat16 is up, down, a tie, to infinity, or nothing.
std::vector<float> values_to_round(std::int64_t count) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kSpecial[] = {0x1.01p0F, 0x1.03p0F, -0x1.01p0F, 0.0F,        -0.0F,
                                0x1p-133F, kInfinity, -kInfinity, 0x1.ffp127F, 0x1.0100002p0F};
  Random random(1);
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(i % 2 == 0 ? random.normal()
                                : kSpecial[static_cast<std::size_t>(i / 2) % std::size(kSpecial)]);
  }
  return values;
}

TEST_P(Elementwise, ConversionRoundsToNearestEven) {
  for_counts_and_types([](std::int64_t count, DType from, DType to) {
    Guarded in(from, values_to_round(count));
    Guarded out(to, count);
    convert(in.view(), out.view(), count);
    for (std::int64_t i = 0; i < count; ++i) ASSERT_EQ(out[i], rounded(to, in[i])) << i;
    ASSERT_TRUE(out.is_intact());
  });
}

TEST_P(Elementwise, ConversionKeepsNaN) {
  const std::vector<float> nans(33, std::numeric_limits<float>::quiet_NaN());
  Guarded in(DType::kF32, nans);
  Guarded out(DType::kBF16, 33);
  convert(in.view(), out.view(), 33);
  for (std::int64_t i = 0; i < 33; ++i) ASSERT_TRUE(std::isnan(out[i])) << i;
}

TEST_P(Elementwise, ReluKeepsWhatIsPositive) {
  for_counts_and_types([](std::int64_t count, DType from, DType to) {
    Guarded in(from, random_values(count, 7, 2));
    Guarded out(to, count);
    relu(in.view(), out.view(), count);
    for (std::int64_t i = 0; i < count; ++i) ASSERT_EQ(out[i], std::max(in[i], 0.0F)) << i;
    ASSERT_TRUE(out.is_intact());
  });
}

TEST_P(Elementwise, AddScalesTheSecond) {
  constexpr float kScale = -0.3F;
  for_counts_and_types([](std::int64_t count, DType from, DType to) {
    Guarded x(to, random_values(count, 7, 3));
    Guarded y(from, random_values(count, 5, 4));
    std::vector<double> expected;
    std::vector<double> tolerance;
    for (std::int64_t i = 0; i < count; ++i) {
      const double scaled = static_cast<double>(kScale) * y[i];
      expected.push_back(x[i] + scaled);
      tolerance.push_back(rounding_of(DType::kF32, 2.0 * std::abs(scaled) + std::abs(x[i])) +
                          rounding_of(to, expected.back()));
    }
    Guarded out(to, count);
    add(x.view(), y.view(), kScale, out.view(), count);
    expect_within(out.values(), expected, tolerance);
    ASSERT_TRUE(out.is_intact());

    add(x.view(), y.view(), kScale, x.view(), count);  // In place.
    EXPECT_EQ(x.values(), out.values());
    EXPECT_TRUE(x.is_intact());
  });
}

TEST_P(Elementwise, SwigluWeighsTheSecondHalfByTheFirst) {
  for (const std::int64_t channels : counts_around_vectors()) {
    for (const DType dtype : kStorageTypes) {
      SCOPED_TRACE(::testing::Message() << channels << " channels of " << name_of(dtype));
      constexpr std::int64_t kRows = 5;
      Guarded in(dtype, random_values(kRows * 2 * channels, 2 * channels, 5));
      Guarded out(dtype, kRows * channels);
      swiglu(in.view(), out.view(), kRows, channels);
      std::vector<double> expected;
      std::vector<double> tolerance;
      for (std::int64_t i = 0; i < kRows * channels; ++i) {
        const std::int64_t gate = i / channels * 2 * channels + i % channels;
        const double a = in[gate];
        const double b = in[gate + channels];
        expected.push_back(a / (1.0 + std::exp(-a)) * b);
        // Eight roundings; a sigmoid below 2^-126 may be anything below.
        tolerance.push_back(8.0 * kF32Unit * std::abs(expected.back()) +
                            rounding_of(dtype, expected.back()) +
                            2.0 * kSmallestNormal * (std::abs(a * b) + 1.0));
      }
      expect_within(out.values(), expected, tolerance);
      ASSERT_TRUE(out.is_intact());
    }
  }
}

TEST_P(Elementwise, EveryNumberOfThreadsGivesTheSame) {
  Guarded in(DType::kF32, random_values(kLong, 9, 6));
  Guarded alone(DType::kBF16, kLong);
  {
    const WithThreads one(1);
    relu(in.view(), alone.view(), kLong);
  }
  for (const int threads : {2, 3, 5}) {
    const WithThreads several(threads);
    Guarded together(DType::kBF16, kLong);
    relu(in.view(), together.view(), kLong);
    EXPECT_EQ(together.values(), alone.values()) << threads;
    EXPECT_TRUE(together.is_intact());
  }
}

}  // namespace
}  // namespace promptdepth::cpu
