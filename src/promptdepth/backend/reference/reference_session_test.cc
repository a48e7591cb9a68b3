#include "promptdepth/backend/reference/reference_session.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_fixture.h"

namespace promptdepth::reference {
namespace {

using ReferenceSessionTest = ReferenceFixture;

TEST_F(ReferenceSessionTest, DownloadsWhatWasUploaded) {
  const std::vector<float> numbers = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(values(map({1, 1, 2, 3}, numbers)), numbers);
}

TEST_F(ReferenceSessionTest, RefusesAnUploadOfAnotherSize) {
  expect_refused([&] { map({1, 2, 2, 1}, {1, 2, 3}); });
  expect_refused([&] { map({1, 0, 2, 1}, {}); });
}

TEST_F(ReferenceSessionTest, RefusesToDownloadIntoTooFewValues) {
  const FeatureMap x = counting({1, 1, 2, 1});
  float value = 0;
  expect_refused([&] { session_->download(x, {&value, 1}); });
}

TEST_F(ReferenceSessionTest, HoldsOnlyTheBytesOfLivingMaps) {
  EXPECT_EQ(session_->allocated_bytes(), 0U);
  {
    const FeatureMap x = counting({1, 2, 3, 4});
    EXPECT_EQ(session_->allocated_bytes(), 24 * sizeof(float));
    const FeatureMap sum = session_->add(x, x);
    EXPECT_EQ(session_->allocated_bytes(), 48 * sizeof(float));
  }
  EXPECT_EQ(session_->allocated_bytes(), 0U);
}

TEST(Nonlinearities, HaveTheirKnownValues) {
  EXPECT_EQ(evaluate(Nonlinearity::kIdentity, -3.0), -3.0);
  EXPECT_EQ(evaluate(Nonlinearity::kRelu, -3.0), 0.0);
  EXPECT_EQ(evaluate(Nonlinearity::kRelu, 3.0), 3.0);
  EXPECT_FLOAT_EQ(static_cast<float>(evaluate(Nonlinearity::kLeakyRelu, -3.0)), -0.3F);
  EXPECT_EQ(evaluate(Nonlinearity::kSigmoid, 0.0), 0.5);
  EXPECT_NEAR(evaluate(Nonlinearity::kSigmoid, 2.0), 0.88079707797788, 1e-13);
  // x·Φ(x) with the normal distribution's Φ(1) = 0.841344746068543.
  EXPECT_NEAR(evaluate(Nonlinearity::kGelu, 1.0), 0.841344746068543, 1e-14);
  EXPECT_NEAR(evaluate(Nonlinearity::kGelu, -1.0), -0.158655253931457, 1e-14);
  EXPECT_EQ(evaluate(Nonlinearity::kGelu, 0.0), 0.0);
}

TEST(Dot, AddsProductsInFloat64) {
  const float a[] = {1e8F, 1.0F, -1e8F, 2.0F};
  const float b[] = {1.0F, 3.0F, 1.0F, 0.5F};
  EXPECT_EQ(dot(a, b, 4), 4.0);
  EXPECT_EQ(dot(a, b, 0), 0.0);
}

}  // namespace
}  // namespace promptdepth::reference
