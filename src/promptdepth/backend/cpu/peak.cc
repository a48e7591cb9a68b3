#include "promptdepth/backend/cpu/peak.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "promptdepth/backend/cpu/activation_pool.h"
#include "promptdepth/backend/cpu/elementwise.h"
#include "promptdepth/backend/cpu/onednn.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

/// Large enough that loading and storing do not matter, small enough for several runs a second.
constexpr std::int64_t kRows = 4096;
constexpr std::int64_t kInner = 1024;
constexpr std::int64_t kColumns = 2048;
constexpr double kOperations = 2.0 * kRows * kInner * kColumns;

std::vector<float> random_values(std::int64_t count) {
  Random random(1);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = random.uniform(-1.0F, 1.0F);
  return values;
}

}  // namespace

double measure_peak_gflops(Precision precision, double seconds) {
  using Clock = std::chrono::steady_clock;
  const DType dtype = precision == Precision::kBF16 ? DType::kBF16 : DType::kF32;
  const std::vector<float> weight_values = random_values(kInner * kColumns);
  const cpu::PackedProduct weights(kInner, kColumns, {weight_values.data(), DType::kF32}, {}, {},
                                   dtype, kColumns);
  cpu::ActivationPool pool;
  const FeatureMap in = pool.make({1, 1, kRows, kInner}, dtype);
  const FeatureMap out = pool.make({1, 1, kRows, kColumns}, dtype);
  const std::vector<float> values = random_values(kRows * kInner);
  cpu::convert({values.data(), DType::kF32}, pool.values(in), kRows * kInner);

  cpu::Executor executor;
  double best = 1e30;
  const Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                   std::chrono::duration<double>(seconds));
  do {
    const Clock::time_point start = Clock::now();
    executor.multiply(weights, kRows, pool.values(in).data, pool.values(out).data);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  } while (Clock::now() < end);
  return kOperations / best * 1e-9;
}

}  // namespace promptdepth
