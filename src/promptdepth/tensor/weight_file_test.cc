#include "promptdepth/tensor/weight_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/memory_weights.h"

namespace promptdepth {
namespace {

TEST(WeightFile, FindsATensorByNameOrSaysThereIsNone) {
  MemoryWeights weights;
  for (const char* name : {"a", "ab", "b"}) weights.add(name, HostTensor::filled({1}, 1.0F));
  ASSERT_NE(weights.find("ab"), nullptr);
  EXPECT_EQ(weights.find("ab")->name, "ab");
  EXPECT_EQ(weights.find("aa"), nullptr);
  EXPECT_EQ(weights.find("z"), nullptr);
}

TEST(WeightFile, NamesTheMissingTensorAndTheFile) {
  const MemoryWeights weights("the test's weights");
  try {
    static_cast<void>(weights.read("head.bias"));
    FAIL() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_THAT(error.what(), ::testing::AllOf(::testing::HasSubstr("'head.bias'"),
                                               ::testing::HasSubstr("the test's weights")));
  }
}

}  // namespace
}  // namespace promptdepth
