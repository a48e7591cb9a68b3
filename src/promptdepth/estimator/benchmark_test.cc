#include "promptdepth/estimator/benchmark.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/estimator/default_model.h"

namespace promptdepth {
namespace {

TEST(Benchmark, ReportIsConsistent) {
  const BenchmarkReport report = benchmark_network(
      default_model, {.height = 64, .width = 96, .precision = PrecisionChoice::kF32, .repeats = 3});
  EXPECT_EQ(report.device, "cpu fp32");
  EXPECT_GT(report.gflop, 0.0);
  EXPECT_GT(report.peak_gflop_per_s, 0.0);
  EXPECT_DOUBLE_EQ(report.gflop_per_s, report.gflop / report.seconds);
  EXPECT_GT(report.share_of_peak, 0.0);
  EXPECT_GT(report.peak_rss_bytes, 1000000U);
  EXPECT_FALSE(report.stages.empty());
}

TEST(Benchmark, RefusesBadSizes) {
  EXPECT_THROW(benchmark_network(default_model, {.height = 0}), Error);
  EXPECT_THROW(benchmark_network(default_model, {.repeats = 0}), Error);
}

}  // namespace
}  // namespace promptdepth
