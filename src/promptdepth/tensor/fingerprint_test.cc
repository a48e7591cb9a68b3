#include "promptdepth/tensor/fingerprint.h"

#include <gtest/gtest.h>

#include "promptdepth/tensor/memory_weights.h"

namespace promptdepth {
namespace {

std::uint32_t fingerprint_of(const std::string& name, Shape shape, std::vector<float> values) {
  MemoryWeights weights;
  weights.add(name, HostTensor::from_floats(shape, std::move(values)));
  return fingerprint(weights);
}

TEST(Fingerprint, IsTheSameForTheSameTensorsWhateverTheOrderTheyCameIn) {
  const HostTensor a = HostTensor::from_floats({2}, {1, 2});
  const HostTensor b = HostTensor::from_floats({1, 2}, {3, 4});
  MemoryWeights one("one");
  one.add("a", a);
  one.add("b", b);
  MemoryWeights other("other", {{"key", "value"}});
  other.add("b", b);
  other.add("a", a);
  EXPECT_EQ(fingerprint(one), fingerprint(other));
}

TEST(Fingerprint, TellsNamesShapesAndValuesApart) {
  const std::uint32_t fingerprint = fingerprint_of("a", {2}, {1, 2});
  EXPECT_NE(fingerprint, fingerprint_of("b", {2}, {1, 2}));
  EXPECT_NE(fingerprint, fingerprint_of("a", {1, 2}, {1, 2}));
  EXPECT_NE(fingerprint, fingerprint_of("a", {2}, {1, 2.0000002F}));
}

}  // namespace
}  // namespace promptdepth
