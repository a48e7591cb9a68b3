#include "promptdepth/tensor/seeded_weights.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

struct Known {
  const char* name;
  Shape shape;
  std::uint64_t index;
  double value;
};

/// Computed by a separate program in Python from the text of the rule.
const Known kKnown[] = {
    {"pretrained.norm.weight", {384}, 3, 1.0677893996238708},
    {"pretrained.blocks.0.norm1.bias", {384}, 5, 0.03681444525718689},
    {"pretrained.blocks.0.ls1.gamma", {384}, 7, 0.5278388023376465},
    {"pretrained.cls_token", {1, 1, 384}, 0, -0.10951066017150879},
    {"pretrained.blocks.0.attn.qkv.weight", {1152, 384}, 100000, 0.07113853817334037},
    {"depth_head.resize_layers.0.weight", {48, 48, 4, 4}, 17, 0.060728520154953},
    {"depth_head.resize_layers.3.weight", {384, 384, 3, 3}, 17, 0.028932206410247963},
};

TEST(SeededWeights, FollowTheRule) {
  for (const Known& known : kKnown) {
    EXPECT_NEAR(seeded_weight(known.name, known.shape, known.index), known.value, 1e-7)
        << known.name;
  }
}

TEST(SeededWeights, ReadsWholeTensorsByTheSameRule) {
  const Shape shape{300, 257};
  const auto weights = seeded_weights({{"layer.weight", DType::kBF16, shape}});
  const HostTensor tensor = weights->read("layer.weight");
  EXPECT_EQ(tensor.dtype(), DType::kF32);
  EXPECT_EQ(weights->tensors()[0].dtype, DType::kF32);
  const std::vector<float> values = tensor.to_floats();
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(values[i], seeded_weight("layer.weight", shape, i)) << i;
  }
}

/// u is uniform in [-1, 1), so sqrt(3 / n) u has variance 1 / n.
TEST(SeededWeights, KeepTheVarianceOfWhatPassesThrough) {
  const auto weights = seeded_weights({{"a.weight", DType::kF32, {1000, 100}}});
  double sum_of_squares = 0;
  for (const float value : weights->read("a.weight").to_floats()) {
    sum_of_squares += static_cast<double>(value) * value;
  }
  // The relative standard deviation of a mean of 100 000 u^2 is sqrt(4/5) / sqrt(1e5) = 0.0028.
  EXPECT_NEAR(sum_of_squares / 1000, 1.0, 0.015);
}

TEST(SeededWeights, ListTensorsInOrderOfNameAndOnce) {
  const auto weights = seeded_weights({{"b", DType::kF32, {1}}, {"a", DType::kF32, {1}}});
  EXPECT_EQ(weights->tensors()[0].name, "a");
  EXPECT_THROW(seeded_weights({{"a", DType::kF32, {1}}, {"a", DType::kF32, {1}}}), Error);
}

}  // namespace
}  // namespace promptdepth
