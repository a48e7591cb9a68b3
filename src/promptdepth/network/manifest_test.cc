#include "promptdepth/network/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/memory_weights.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

Manifest small_manifest() {
  Manifest manifest;
  manifest.allow("_mean", {3});
  manifest.require_layer("layer", {4, 2}, 4);
  return manifest;
}

std::string complaint(const MemoryWeights& weights) {
  try {
    small_manifest().check(weights, "small");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Manifest, CountsParametersButNotBuffers) {
  EXPECT_EQ(small_manifest().parameter_count(), 4 * 2 + 4);
  EXPECT_EQ(small_manifest().tensors().size(), 3U);
}

TEST(Manifest, AcceptsExactlyItsTensorsWithOrWithoutTheOptionalOnes) {
  MemoryWeights weights;
  weights.add("layer.weight", HostTensor::filled({4, 2}, 0.0F));
  weights.add("layer.bias", HostTensor::filled({4}, 0.0F));
  EXPECT_EQ(complaint(weights), "");
  weights.add("_mean", HostTensor::filled({3}, 0.0F));
  EXPECT_EQ(complaint(weights), "");
}

TEST(Manifest, SaysWhatIsMissingFirst) {
  MemoryWeights weights;
  weights.add("layer.weights", HostTensor::filled({4, 2}, 0.0F));
  EXPECT_THAT(complaint(weights), HasSubstr("2 missing: 'layer.weight', 'layer.bias'"));
}

TEST(Manifest, RefusesIntegersWhereItExpectsNumbers) {
  MemoryWeights weights;
  weights.add("layer.weight", HostTensor::filled({4, 2}, 0.0F));
  static const std::byte zeros[16] = {};
  weights.add("layer.bias",
              HostTensor(DType::kI32, {4},
                         std::shared_ptr<const std::byte>(std::shared_ptr<void>(), zeros)));
  EXPECT_THAT(complaint(weights), HasSubstr("expected floating point, found i32"));
}

}  // namespace
}  // namespace promptdepth
