#include "golden.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/cpu/cpu_backend.h"
#include "promptdepth/backend/reference/reference_backend.h"

namespace promptdepth::golden {
namespace {

TEST(RelativeError, IsTheLargestDifferenceOverTheRootMeanSquare) {
  EXPECT_DOUBLE_EQ(relative_error({1, 7}, {1, 7}), 0.0);
  EXPECT_DOUBLE_EQ(relative_error({3, 3}, {3, -3}), 2.0);
}

TEST(RelativeError, IsInfiniteForNanAndForAnotherSize) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isinf(relative_error({1, nan}, {1, 7})));
  EXPECT_TRUE(std::isinf(relative_error({nan, 7}, {1, 7})));
  EXPECT_TRUE(std::isinf(relative_error({1}, {1, 7})));
}

TEST(Golden, ReferenceMatchesThePublishedNetworkAtEveryStage) {
  expect_every_stage_matches(*make_reference_backend());
}

TEST(Golden, CpuInFp32MatchesThePublishedNetworkAtEveryStage) {
  expect_every_stage_matches(*make_cpu_backend(Precision::kF32));
}

TEST(Golden, CpuInBf16KeepsTheDepthWithinHalfAPercentOfTheRange) {
  const std::optional<Stages> golden = load_golden();
  if (!golden) GTEST_SKIP() << "no golden tensors";
  const Stages stages = run_network(*make_cpu_backend(Precision::kBF16), *golden);
  const auto [low, high] =
      std::minmax_element(golden->at("prompt").begin(), golden->at("prompt").end());
  const double difference = mean_absolute_difference(stages.at("depth"), golden->at("depth"));
  EXPECT_LE(difference, 0.005 * (*high - *low));
  RecordProperty("share_of_range", fmt::format("{:.5f}", difference / (*high - *low)));
}

}  // namespace
}  // namespace promptdepth::golden
