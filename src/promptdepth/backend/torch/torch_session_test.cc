#include "promptdepth/backend/torch/torch_session.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

class TorchSession : public TorchFixture {
 protected:
  Conv2dPtr layer(TorchBackend& backend) {
    return backend.prepare(Conv2dWeights{.name = "layer",
                                         .weight = tensor({1, 1, 1, 1}, {1.0F + 0x1p-12F}),
                                         .bias = tensor({1}, {0})});
  }
};

TEST_F(TorchSession, RecordsOnlyWhereGradientsAreWanted) {
  const FeatureMap x = map({1, 1, 1, 1}, {1});
  const Conv2dPtr trainable = layer(backend_);
  EXPECT_TRUE(tensor_of(session_->conv2d(x, *trainable, {})).requires_grad());
  {
    const at::NoGradGuard no_gradients;
    EXPECT_FALSE(tensor_of(session_->conv2d(x, *trainable, {})).requires_grad());
  }
  TorchBackend fixed({.precision = Precision::kF32});
  const auto session = fixed.make_session();
  const FeatureMap same = session->upload(std::vector<float>{1}, {1, 1, 1, 1});
  EXPECT_FALSE(tensor_of(session->conv2d(same, *layer(fixed), {})).requires_grad());
}

TEST_F(TorchSession, UsesParametersAsTheyAreNow) {
  const FeatureMap x = map({1, 1, 1, 1}, {1});
  const Conv2dPtr trainable = layer(backend_);
  {
    const at::NoGradGuard no_gradients;
    backend_.parameters()[0].second.fill_(3.0);
  }
  EXPECT_THAT(values(session_->conv2d(x, *trainable, {})), ElementsAre(3.0F));
}

TEST_F(TorchSession, KeepsFloat32ResultsFreeOfBFloat16Roundings) {
  TorchBackend backend({.precision = Precision::kBF16});
  const auto session = backend.make_session();
  const Conv2dPtr finer_than_bf16 = layer(backend);
  const FeatureMap x = session->upload(std::vector<float>{1}, {1, 1, 1, 1});
  float value = 0.0F;
  const FeatureMap kept = session->conv2d(x, *finer_than_bf16, {.f32_output = true});
  session->download(kept, {&value, 1});
  EXPECT_EQ(value, 1.0F + 0x1p-12F);
  const FeatureMap rounded = session->conv2d(x, *finer_than_bf16, {});
  EXPECT_EQ(rounded.dtype(), DType::kBF16);
  session->download(rounded, {&value, 1});
  EXPECT_EQ(value, 1.0F);
}

TEST_F(TorchSession, RefusesUploadsAndDownloadsOfAnotherSize) {
  expect_refused([&] { map({1, 2, 2, 1}, {1, 2, 3}); });
  const FeatureMap x = map({1, 1, 2, 1}, {1, 2});
  float value = 0;
  expect_refused([&] { session_->download(x, {&value, 1}); });
}

}  // namespace
}  // namespace promptdepth
