#include "promptdepth/tensor/memory_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(MemoryWeights, ListsTensorsInOrderOfName) {
  MemoryWeights weights("test weights", {{"format", "pt"}});
  weights.add("b", HostTensor::filled({2}, 2.0F));
  weights.add("a", HostTensor::filled({1}, 1.0F));
  weights.add("c", HostTensor::filled({3}, 3.0F));
  ASSERT_EQ(weights.tensors().size(), 3U);
  EXPECT_EQ(weights.tensors()[0].name, "a");
  EXPECT_EQ(weights.tensors()[2].shape, Shape({3}));
  EXPECT_THAT(weights.read("b").to_floats(), ::testing::ElementsAre(2.0F, 2.0F));
  EXPECT_EQ(weights.metadata().at("format"), "pt");
  EXPECT_EQ(weights.description(), "test weights");
}

TEST(MemoryWeights, RefusesANameTwice) {
  MemoryWeights weights;
  weights.add("a", HostTensor::filled({1}, 1.0F));
  EXPECT_THROW(weights.add("a", HostTensor::filled({1}, 2.0F)), Error);
}

}  // namespace
}  // namespace promptdepth
