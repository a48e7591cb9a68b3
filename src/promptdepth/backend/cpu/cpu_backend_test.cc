#include "promptdepth/backend/cpu/cpu_backend.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/cpu/onednn.h"
#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

LinearWeights identity(std::int64_t width) {
  std::vector<float> weight(static_cast<std::size_t>(width * width), 0.0F);
  for (std::int64_t i = 0; i < width; ++i) weight[static_cast<std::size_t>(i * width + i)] = 1.0F;
  return {.weight = HostTensor::from_floats({width, width}, std::move(weight))};
}

TEST(CpuBackend, ComputesInFloat32OnAnyProcessor) {
  const auto backend = make_cpu_backend(Precision::kF32);
  EXPECT_EQ(backend->name(), "cpu");
  EXPECT_EQ(backend->precision(), Precision::kF32);
}

/// Both answers of the processor are met: CTest runs this also with oneDNN told to use no AVX-512.
TEST(CpuBackend, ComputesInBfloat16OrSaysWhatThatTakes) {
  if (cpu::bf16_is_supported()) {
    EXPECT_EQ(make_cpu_backend(Precision::kBF16)->precision(), Precision::kBF16);
    return;
  }
  EXPECT_FALSE(cpu_multiplies_bf16());
  try {
    make_cpu_backend(Precision::kBF16);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("use fp32"));
  }
}

TEST(CpuBackend, LayersAreSharedBetweenSessions) {
  const auto backend = make_cpu_backend(Precision::kF32);
  const LinearPtr layer = backend->prepare(identity(5));
  const std::vector<float> values = {1.0F, -2.0F, 3.0F, -4.0F, 5.0F};
  for (int i = 0; i < 2; ++i) {
    const auto session = backend->make_session();
    std::vector<float> found(5);
    session->download(session->linear(session->upload(values, {1, 1, 1, 5}), *layer, {}), found);
    EXPECT_EQ(found, values);
  }
}

TEST(CpuBackend, SessionsRefuseLayersOfAnotherBackend) {
  const auto session = make_cpu_backend(Precision::kF32)->make_session();
  const LinearPtr stranger = make_reference_backend()->prepare(identity(2));
  const FeatureMap x = session->upload(std::vector<float>{1.0F, 2.0F}, {1, 1, 1, 2});
  EXPECT_THROW(session->linear(x, *stranger, {}), Error);
}

TEST(CpuBackend, SessionsRefuseMapsOfAnotherSession) {
  const auto backend = make_cpu_backend(Precision::kF32);
  const auto session = backend->make_session();
  const auto other = backend->make_session();
  const LinearPtr layer = backend->prepare(identity(2));
  const FeatureMap x = other->upload(std::vector<float>{1.0F, 2.0F}, {1, 1, 1, 2});
  EXPECT_THROW(session->linear(x, *layer, {}), Error);
}

}  // namespace
}  // namespace promptdepth
