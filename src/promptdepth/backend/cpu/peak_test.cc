#include "promptdepth/backend/cpu/peak.h"

#include <chrono>
#include <vector>

#include "promptdepth/backend/cpu/product_fixture.h"

namespace promptdepth {
namespace {

/// What three plain loops get that put every sum into memory.
double plain_gflops() {
  constexpr std::size_t kSize = 96;
  const std::vector<float> a = cpu::random_values(kSize * kSize, 1);
  const std::vector<float> b = cpu::random_values(kSize * kSize, 2);
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t row = 0; row < kSize; ++row) {
    for (std::size_t column = 0; column < kSize; ++column) {
      volatile float sum = 0.0F;
      for (std::size_t k = 0; k < kSize; ++k) {
        sum = sum + a[row * kSize + k] * b[k * kSize + column];
      }
    }
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return 2.0 * kSize * kSize * kSize / seconds * 1e-9;
}

/// The best of several products is more than any one way to compute them reaches.
TEST(Peak, IsMoreThanPlainLoopsReach) {
  for (const DType dtype : cpu::supported_types()) {
    const Precision precision = dtype == DType::kBF16 ? Precision::kBF16 : Precision::kF32;
    const double peak = measure_peak_gflops(precision, 0.02);
    EXPECT_TRUE(std::isfinite(peak));
    EXPECT_GT(peak, plain_gflops()) << name_of(dtype);
  }
}

}  // namespace
}  // namespace promptdepth
