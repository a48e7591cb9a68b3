#include "promptdepth/backend/cpu/cpu_session.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/conformance.h"
#include "promptdepth/backend/cpu/cpu_backend.h"
#include "promptdepth/backend/cpu/kernel_fixture.h"

namespace promptdepth {
namespace {

using cpu::EachTarget;
using cpu::generated_targets;

/// The CPU backend as it is where no instructions for bfloat16 help with attention.
class PortableAttentionBackend final : public Backend {
 public:
  explicit PortableAttentionBackend(Precision precision) : backend_(make_cpu_backend(precision)) {}

  std::string_view name() const override { return backend_->name(); }
  Precision precision() const override { return backend_->precision(); }
  LinearPtr prepare(const LinearWeights& w) override { return backend_->prepare(w); }
  LayerNormPtr prepare(const LayerNormWeights& w) override { return backend_->prepare(w); }
  Conv2dPtr prepare(const Conv2dWeights& w) override { return backend_->prepare(w); }
  ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& w) override {
    return backend_->prepare(w);
  }
  PatchEmbedPtr prepare(const PatchEmbedWeights& w) override { return backend_->prepare(w); }
  PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& w) override {
    return backend_->prepare(w);
  }
  std::unique_ptr<Session> make_session() override {
    const DType storage = precision() == Precision::kBF16 ? DType::kBF16 : DType::kF32;
    return std::make_unique<cpu::CpuSession>(
        storage,
        [](DType, std::int64_t) -> const auto& { return cpu::portable_attention_kernel(); });
  }

 private:
  std::unique_ptr<Backend> backend_;
};

class CpuFp32Conformance : public ::testing::TestWithParam<OperationCases> {};

TEST_P(CpuFp32Conformance, MatchesTheReference) {
  expect_matches_reference(*make_cpu_backend(Precision::kF32), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Operations, CpuFp32Conformance, ::testing::ValuesIn(conformance_cases()),
                         name_of_cases<::testing::TestParamInfo<OperationCases>>);

class CpuBf16Conformance : public ::testing::TestWithParam<OperationCases> {};

TEST_P(CpuBf16Conformance, MatchesTheReference) {
  if (!cpu::bf16_is_supported()) GTEST_SKIP() << "no AVX-512";
  expect_matches_reference(*make_cpu_backend(Precision::kBF16), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Operations, CpuBf16Conformance, ::testing::ValuesIn(conformance_cases()),
                         name_of_cases<::testing::TestParamInfo<OperationCases>>);

/// Every operation with each instruction set that our own kernels are compiled for.
class CpuTargetConformance : public EachTarget {
 protected:
  static void expect_all_match(Backend& backend) {
    for (const OperationCases& cases : conformance_cases()) {
      SCOPED_TRACE(cases.operation);
      expect_matches_reference(backend, cases);
    }
  }
};

TEST_P(CpuTargetConformance, Fp32MatchesTheReference) {
  expect_all_match(*make_cpu_backend(Precision::kF32));
}

TEST_P(CpuTargetConformance, Bf16WithPortableAttentionMatchesTheReference) {
  if (!cpu::bf16_is_supported()) GTEST_SKIP() << "no AVX-512";
  PortableAttentionBackend backend(Precision::kBF16);
  expect_all_match(backend);
}

INSTANTIATE_TEST_SUITE_P(Targets, CpuTargetConformance, ::testing::ValuesIn(generated_targets()),
                         cpu::name_of_target);

/// What every test above relies on: another target means other code.
TEST_P(CpuTargetConformance, RunsTheTargetThatItNames) {
  EXPECT_EQ(hwy::SupportedTargets(), GetParam());
  EXPECT_EQ(hwy::SupportedAndGeneratedTargets(), std::vector<std::int64_t>{GetParam()});
}

}  // namespace
}  // namespace promptdepth
