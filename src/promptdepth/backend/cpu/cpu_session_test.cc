#include "promptdepth/backend/cpu/cpu_session.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/conformance.h"
#include "promptdepth/backend/cpu/cpu_backend.h"

namespace promptdepth {
namespace {

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

}  // namespace
}  // namespace promptdepth
