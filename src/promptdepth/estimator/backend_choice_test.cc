#include "promptdepth/estimator/backend_choice.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/cpu/cpu_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(BackendChoice, AutoTakesBf16OnlyWhereItIsNative) {
  const auto backend = make_backend(Device::kAuto, PrecisionChoice::kAuto);
  EXPECT_EQ(backend->precision() == Precision::kBF16, cpu_multiplies_bf16());
}

TEST(BackendChoice, TakesThePrecisionItIsTold) {
  EXPECT_EQ(describe(*make_backend(Device::kCpu, PrecisionChoice::kF32)), "cpu fp32");
  EXPECT_EQ(describe(*make_backend(Device::kReference, PrecisionChoice::kAuto)), "reference fp32");
  EXPECT_THROW(make_backend(Device::kReference, PrecisionChoice::kBF16), Error);
}

}  // namespace
}  // namespace promptdepth
