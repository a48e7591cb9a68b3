#include "promptdepth/backend/interpolation.h"

#include <numeric>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(BilinearTaps, HalfPixelHalvesByAveragingPairs) {
  const LinearTaps taps = bilinear_taps(4, 2, PixelAlignment::kHalfPixel);
  EXPECT_EQ(taps.low, (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(taps.high, (std::vector<std::int32_t>{1, 3}));
  EXPECT_EQ(taps.t, (std::vector<float>{0.5F, 0.5F}));
}

TEST(BilinearTaps, CornersAlignReachesBothEnds) {
  const LinearTaps taps = bilinear_taps(5, 9, PixelAlignment::kCornersAlign);
  EXPECT_EQ(taps.low.front(), 0);
  EXPECT_EQ(taps.low.back(), 4);
  EXPECT_EQ(taps.t[1], 0.5F);
  EXPECT_EQ(bilinear_taps(5, 1, PixelAlignment::kCornersAlign).low[0], 0);
}

TEST(PositionResampling, RowsSumToOneAndIdentityForHuggingFaceAtTheStoredGrid) {
  for (const auto convention : {PositionConvention::kOfficial, PositionConvention::kHuggingFace}) {
    for (const std::int64_t out : {1, 8, 37, 54, 200}) {
      const std::vector<float> matrix = position_resampling_matrix(37, out, convention);
      for (std::int64_t i = 0; i < out; ++i) {
        EXPECT_NEAR(std::accumulate(matrix.begin() + i * 37, matrix.begin() + (i + 1) * 37, 0.0F),
                    1.0F, 1e-5F);
      }
    }
  }
  const std::vector<float> same =
      position_resampling_matrix(37, 37, PositionConvention::kHuggingFace);
  for (int i = 0; i < 37; ++i) {
    for (int j = 0; j < 37; ++j)
      EXPECT_EQ(same[static_cast<std::size_t>(37 * i + j)], i == j ? 1.0F : 0.0F);
  }
}

TEST(PositionResampling, KeepsTheClassTokenAndAConstantEmbedding) {
  std::vector<float> values(1 + 9, 3.0F);
  values[0] = -1.0F;
  const HostTensor position = HostTensor::from_floats({1, 10, 1}, values);
  const std::vector<float> resampled =
      resample_position_embedding(position, 5, 7, PositionConvention::kOfficial);
  ASSERT_EQ(resampled.size(), 36U);
  EXPECT_EQ(resampled[0], -1.0F);
  for (std::size_t i = 1; i < resampled.size(); ++i) EXPECT_NEAR(resampled[i], 3.0F, 1e-5F);
}

}  // namespace
}  // namespace promptdepth
