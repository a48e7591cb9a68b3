#include "promptdepth/backend/reference/reference_layers.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_fixture.h"

namespace promptdepth::reference {
namespace {

using ReferenceLayers = ReferenceFixture;

HostTensor zeros(Shape shape) { return HostTensor::filled(shape, 0.0F); }

TEST_F(ReferenceLayers, KeepTheChannelsOfAKernelTogether) {
  const PreparedConv2d conv(
      {.name = "c", .weight = tensor({1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7})});
  EXPECT_EQ(conv.weight, (std::vector<float>{0, 4, 1, 5, 2, 6, 3, 7}));
  EXPECT_EQ(conv.bias, std::vector<float>{0});
  const PreparedConvTranspose2d transpose(
      {.name = "t", .weight = tensor({2, 1, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7})});
  EXPECT_EQ(transpose.weight, conv.weight);
}

TEST_F(ReferenceLayers, ReadAbsentBiasAndScaleAsZeroAndOne) {
  const PreparedLinear linear({.name = "l", .weight = zeros({2, 3})});
  EXPECT_EQ(linear.bias, (std::vector<float>{0, 0}));
  EXPECT_EQ(linear.scale, (std::vector<float>{1, 1}));
}

TEST_F(ReferenceLayers, RefuseTensorsThatDoNotFitTogether) {
  expect_refused([] { PreparedLinear({.name = "l", .weight = zeros({2})}); });
  expect_refused([] { PreparedLinear({.weight = zeros({2, 3}), .bias = zeros({3})}); });
  expect_refused([] { PreparedLinear({.weight = zeros({2, 3}), .scale = zeros({3})}); });
  expect_refused([] { PreparedLayerNorm({.weight = zeros({2}), .bias = zeros({3})}); });
  expect_refused([] { PreparedConv2d({.weight = zeros({2, 2, 3, 1})}); });
  expect_refused([] { PreparedConv2d({.weight = zeros({2, 2, 3, 3}), .stride = 0}); });
  expect_refused([] {
    PreparedConvTranspose2d({.weight = zeros({2, 3, 2, 2}), .bias = zeros({2})});
  });
  expect_refused([] { PreparedPatchEmbed({.weight = zeros({2, 4, 2, 2}), .bias = zeros({2})}); });
  expect_refused([] {
    PreparedPositionEmbedding({.class_token = zeros({1, 1, 4}), .position = zeros({1, 5, 3})});
  });
}

}  // namespace
}  // namespace promptdepth::reference
