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

TEST_P(TorchConformance, MatchesTheReferenceInLibTorchsDefaultLayout) {
  TorchBackend backend({.precision = Precision::kF32, .channels_last = false});
  expect_matches_reference(backend, GetParam());
}

TEST_P(TorchConformance, MatchesTheReferenceInBFloat16) {
  TorchBackend backend({.precision = Precision::kBF16});
  expect_matches_reference(backend, GetParam(), /*stores_scores=*/true);
}

TEST(TorchBackend, ListsItsParametersInOrderOfPreparationUnderTheirOfficialNames) {
  TorchBackend backend({.precision = Precision::kBF16, .trainable = true});
  backend.prepare(LinearWeights{.name = "blocks.0.proj",
                                .weight = HostTensor::filled({3, 2}, 1.0F),
                                .bias = HostTensor::filled({3}, 1.0F),
                                .scale_name = "blocks.0.ls1.gamma",
                                .scale = HostTensor::filled({3}, 1.0F)});
  backend.prepare(Conv2dWeights{.name = "head", .weight = HostTensor::filled({4, 3, 3, 3}, 1.0F)});
  std::vector<std::string> names;
  for (const auto& [name, parameter] : backend.parameters()) {
    names.push_back(name);
    EXPECT_TRUE(parameter.requires_grad()) << name;
    EXPECT_EQ(parameter.scalar_type(), at::kFloat) << name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"blocks.0.proj.weight", "blocks.0.proj.bias",
                                             "blocks.0.ls1.gamma", "head.weight"}));
  EXPECT_EQ(backend.parameters().back().second.sizes(), (at::IntArrayRef{4, 3, 3, 3}));
}

TEST(TorchBackend, WantsNoGradientsUnlessTrainable) {
  TorchBackend backend({.precision = Precision::kF32});
  backend.prepare(Conv2dWeights{.name = "head", .weight = HostTensor::filled({1, 1, 1, 1}, 1.0F)});
  EXPECT_FALSE(backend.parameters().at(0).second.requires_grad());
}

INSTANTIATE_TEST_SUITE_P(Operations, TorchConformance, ::testing::ValuesIn(conformance_cases()),
                         name_of_cases<::testing::TestParamInfo<OperationCases>>);

}  // namespace
}  // namespace promptdepth
