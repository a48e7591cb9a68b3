#include "promptdepth/network/dinov2.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/counting/counting_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

std::vector<TensorInfo> tensors_of(const Dinov2Config& config) {
  Manifest manifest;
  describe_dinov2(config, manifest);
  return manifest.tensors();
}

/// Spec 1.2.
TEST(Dinov2, TapsThePublishedBlocks) {
  const auto taps = [](std::int64_t depth) { return Dinov2Config{.depth = depth}.tapped_blocks(); };
  EXPECT_EQ(taps(12), (std::array<std::int64_t, 4>{2, 5, 8, 11}));
  EXPECT_EQ(taps(24), (std::array<std::int64_t, 4>{4, 11, 17, 23}));
  EXPECT_EQ(taps(40), (std::array<std::int64_t, 4>{9, 19, 29, 39}));
}

TEST(Dinov2, ReadsItsConfigurationFromTheShapes) {
  const Dinov2Config written = {.width = 192,
                                .depth = 5,
                                .hidden = 700,
                                .feed_forward = FeedForward::kSwiGlu,
                                .patch_px = 16,
                                .position_grid = 9};
  const Dinov2Config read = dinov2_config(*shapes_only(tensors_of(written)));
  EXPECT_EQ(read.width, 192);
  EXPECT_EQ(read.depth, 5);
  EXPECT_EQ(read.hidden, 700);
  EXPECT_EQ(read.feed_forward, FeedForward::kSwiGlu);
  EXPECT_EQ(read.patch_px, 16);
  EXPECT_EQ(read.position_grid, 9);
}

TEST(Dinov2, RefusesShapesThatMakeNoSense) {
  EXPECT_THROW(dinov2_config(*shapes_only(tensors_of({.width = 100}))), Error);
  EXPECT_THROW(dinov2_config(*shapes_only(tensors_of({.depth = 3}))), Error);
  std::vector<TensorInfo> tensors = tensors_of({});
  for (TensorInfo& tensor : tensors) {
    if (tensor.name == "pretrained.pos_embed") tensor.shape = {1, 1371, 384};
  }
  EXPECT_THROW(dinov2_config(*shapes_only(tensors)), Error);
}

TEST(Dinov2, GivesFourMapsOfPatches) {
  CountingBackend backend;
  const Dinov2Config config = {.width = 64, .depth = 4, .hidden = 128};
  const auto weights = shapes_only(tensors_of(config));
  const Dinov2 encoder(config, LayerReader(*weights, backend));
  const auto session = backend.make_session();
  for (const FeatureMap& feature :
       encoder.forward(*session, session->upload({}, {2, 28, 42, 3}), Prompting(), {})) {
    EXPECT_EQ(feature.shape(), (FeatureShape{2, 2, 3, 64}));
  }
}

}  // namespace
}  // namespace promptdepth
