#include "promptdepth/backend/reference/reference_backend.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_fixture.h"

namespace promptdepth {
namespace {

using ReferenceBackend = ReferenceFixture;

struct ForeignConv2d : Conv2d {};

TEST_F(ReferenceBackend, SaysWhatItIs) {
  EXPECT_EQ(backend_->name(), "reference");
  EXPECT_EQ(backend_->precision(), Precision::kF32);
}

TEST_F(ReferenceBackend, RefusesLayersOfAnotherBackend) {
  const FeatureMap x = counting({1, 3, 3, 1});
  expect_refused([&] { session_->conv2d(x, ForeignConv2d(), {}); });
}

TEST_F(ReferenceBackend, SharesALayerBetweenSessions) {
  const LinearPtr layer = backend_->prepare(
      LinearWeights{.name = "double", .weight = tensor({1, 1}, {2.0F}), .bias = {}});
  const auto second = backend_->make_session();
  const FeatureMap x = second->upload(std::vector<float>{3.0F}, {1, 1, 1, 1});
  const FeatureMap y = second->linear(x, *layer, {});
  float value = 0;
  second->download(y, {&value, 1});
  EXPECT_EQ(value, 6.0F);
}

}  // namespace
}  // namespace promptdepth
