#include "promptdepth/backend/torch/torch_layers.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

using TorchLayers = TorchFixture;

HostTensor zeros(Shape shape) { return HostTensor::filled(shape, 0.0F); }

TEST_F(TorchLayers, RefuseTensorsThatDoNotFitTogether) {
  using torch_backend::check;
  expect_refused([] { check(LinearWeights{.weight = zeros({2})}); });
  expect_refused([] { check(LinearWeights{.weight = zeros({2, 3}), .bias = zeros({3})}); });
  expect_refused([] { check(LinearWeights{.weight = zeros({2, 3}), .scale = zeros({3})}); });
  expect_refused([] { check(LayerNormWeights{.weight = zeros({2}), .bias = zeros({3})}); });
  expect_refused([] { check(Conv2dWeights{.weight = zeros({2, 2, 3, 1})}); });
  expect_refused([] { check(Conv2dWeights{.weight = zeros({2, 2, 3, 3}), .stride = 0}); });
  expect_refused([] {
    check(ConvTranspose2dWeights{.weight = zeros({2, 3, 2, 2}), .bias = zeros({2})});
  });
  expect_refused([] {
    check(PatchEmbedWeights{.weight = zeros({2, 4, 2, 2}), .bias = zeros({2})});
  });
  expect_refused([] {
    check(PositionEmbeddingWeights{.class_token = zeros({1, 1, 4}), .position = zeros({1, 5, 3})});
  });
}

TEST_F(TorchLayers, AcceptWhatFits) {
  using torch_backend::check;
  check(LinearWeights{.weight = zeros({2, 3}), .bias = zeros({2}), .scale = zeros({2})});
  check(Conv2dWeights{.weight = zeros({2, 5, 3, 3}), .bias = zeros({2})});
  check(ConvTranspose2dWeights{.weight = zeros({2, 5, 3, 3}), .bias = zeros({5})});
}

TEST_F(TorchLayers, AreRefusedByMapsOfOtherWidths) {
  const Conv2dPtr layer =
      backend_.prepare(Conv2dWeights{.name = "c", .weight = zeros({1, 2, 3, 3})});
  expect_refused([&] { session_->conv2d(map({1, 3, 3, 1}, std::vector<float>(9)), *layer, {}); });
  expect_refused([&] { session_->conv2d(map({1, 2, 3, 2}, std::vector<float>(12)), *layer, {}); });
}

}  // namespace
}  // namespace promptdepth
