#include "promptdepth/backend/cpu/resample.h"

#include "promptdepth/backend/cpu/kernel_fixture.h"

namespace promptdepth::cpu {
namespace {

class Resampled : public EachTarget {};

INSTANTIATE_TEST_SUITE_P(Targets, Resampled, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

struct Size {
  std::int64_t height;
  std::int64_t width;
};

double mix(double low, double high, float t) { return low + (high - low) * static_cast<double>(t); }

/// The four-tap formula; each of three interpolations rounds twice.
void expect_resized(Size in_size, Size out_size, std::int64_t channels, PixelAlignment alignment,
                    DType dtype) {
  SCOPED_TRACE(::testing::Message()
               << in_size.height << "x" << in_size.width << " to " << out_size.height << "x"
               << out_size.width << ", " << channels << " channels of " << name_of(dtype));
  constexpr std::int64_t kMaps = 2;
  const ResizePlan plan(in_size.height, in_size.width, out_size.height, out_size.width, channels,
                        alignment);
  Guarded in(dtype, random_values(kMaps * in_size.height * in_size.width * channels, 1));
  Guarded out(dtype, kMaps * out_size.height * out_size.width * channels);
  resize_bilinear(plan, in.view(), out.view(), kMaps);

  std::vector<double> expected;
  std::vector<double> tolerance;
  for (std::int64_t i = 0; i < kMaps * out_size.height * out_size.width * channels; ++i) {
    const std::int64_t map = i / channels / out_size.width / out_size.height;
    const auto y = static_cast<std::size_t>(i / channels / out_size.width % out_size.height);
    const auto x = static_cast<std::size_t>(i / channels % out_size.width);
    const auto at = [&](std::int64_t row, std::int64_t column) {
      const std::int64_t pixel = (map * in_size.height + row) * in_size.width + column;
      return static_cast<double>(in[pixel * channels + i % channels]);
    };
    const auto along_row = [&](std::int64_t row) {
      return mix(at(row, plan.columns.low[x]), at(row, plan.columns.high[x]), plan.columns.t[x]);
    };
    expected.push_back(
        mix(along_row(plan.rows.low[y]), along_row(plan.rows.high[y]), plan.rows.t[y]));
    const double largest = std::abs(at(plan.rows.low[y], plan.columns.low[x])) +
                           std::abs(at(plan.rows.low[y], plan.columns.high[x])) +
                           std::abs(at(plan.rows.high[y], plan.columns.low[x])) +
                           std::abs(at(plan.rows.high[y], plan.columns.high[x]));
    tolerance.push_back(6.0 * kF32Unit * largest + rounding_of(dtype, expected.back()));
  }
  expect_within(out.values(), expected, tolerance);
  ASSERT_TRUE(out.is_intact());
}

TEST_P(Resampled, FollowsTheFormulaForEveryNumberOfChannels) {
  for (const std::int64_t channels : counts_around_vectors()) {
    for (const DType dtype : kStorageTypes) {
      expect_resized({3, 4}, {5, 7}, channels, PixelAlignment::kHalfPixel, dtype);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(Resampled, FollowsTheFormulaForEverySize) {
  for (const auto alignment : {PixelAlignment::kHalfPixel, PixelAlignment::kCornersAlign}) {
    for (const std::int64_t in : {1, 2, 5, 17}) {
      for (const std::int64_t out : {1, 2, 6, 33}) {
        for (const std::int64_t channels : {1, 3, 16}) {
          expect_resized({in, in + 1}, {out, out + 2}, channels, alignment, DType::kF32);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

/// Rows longer than what is blended at a time.
TEST_P(Resampled, RowsOfSeveralBlocksHaveNoSeams) {
  for (const std::int64_t channels : {3, 15, 16, 100}) {
    const std::int64_t width = 20'000 / channels;
    ASSERT_GT(
        ResizePlan(2, width, 3, width + 9, channels, PixelAlignment::kHalfPixel).blocks.size(), 2U);
    for (const DType dtype : kStorageTypes) {
      expect_resized({2, width}, {3, width + 9}, channels, PixelAlignment::kHalfPixel, dtype);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(Resampled, TheSameSizeIsTheSameMap) {
  for (const auto alignment : {PixelAlignment::kHalfPixel, PixelAlignment::kCornersAlign}) {
    for (const std::int64_t channels : {1, 15, 17}) {
      const ResizePlan plan(6, 7, 6, 7, channels, alignment);
      Guarded in(DType::kF32, random_values(6 * 7 * channels, 1));
      Guarded out(DType::kF32, 6 * 7 * channels);
      resize_bilinear(plan, in.view(), out.view(), 1);
      EXPECT_EQ(out.values(), in.values());
    }
  }
}

/// A plane stays a plane: exactly, since its values and steps are small integers.
TEST_P(Resampled, PlanesStayPlanes) {
  const ResizePlan plan(3, 5, 5, 9, 1, PixelAlignment::kCornersAlign);
  std::vector<float> plane;
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) plane.push_back(static_cast<float>(4 * y + 2 * x));
  }
  Guarded in(DType::kF32, plane);
  Guarded out(DType::kF32, 5 * 9);
  resize_bilinear(plan, in.view(), out.view(), 1);
  for (std::int64_t i = 0; i < 5 * 9; ++i) {
    ASSERT_EQ(out[i], static_cast<float>(2 * (i / 9) + i % 9)) << i;
  }
}

TEST_P(Resampled, EveryNumberOfThreadsGivesTheSame) {
  const ResizePlan plan(50, 60, 101, 119, 5, PixelAlignment::kHalfPixel);
  Guarded in(DType::kBF16, random_values(2 * 50 * 60 * 5, 1));
  const auto run = [&](int threads) {
    const WithThreads several(threads);
    Guarded out(DType::kBF16, 2 * 101 * 119 * 5);
    resize_bilinear(plan, in.view(), out.view(), 2);
    EXPECT_TRUE(out.is_intact());
    return out.values();
  };
  const std::vector<float> alone = run(1);
  for (const int threads : {2, 3, 5}) EXPECT_EQ(run(threads), alone) << threads;
}

}  // namespace
}  // namespace promptdepth::cpu
