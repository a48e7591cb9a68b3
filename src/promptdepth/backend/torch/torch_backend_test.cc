#include "promptdepth/backend/torch/torch_backend.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/conformance.h"

namespace promptdepth {
namespace {

class TorchConformance : public ::testing::TestWithParam<OperationCases> {};

TEST_P(TorchConformance, MatchesTheReferenceInFloat32) {
  TorchBackend backend({.precision = Precision::kF32});
  expect_matches_reference(backend, GetParam());
}

TEST_P(TorchConformance, MatchesTheReferenceInBFloat16) {
  TorchBackend backend({.precision = Precision::kBF16});
  expect_matches_reference(backend, GetParam(), /*stores_scores=*/true);
}

INSTANTIATE_TEST_SUITE_P(Operations, TorchConformance, ::testing::ValuesIn(conformance_cases()),
                         name_of_cases<::testing::TestParamInfo<OperationCases>>);

}  // namespace
}  // namespace promptdepth
