#include "promptdepth/tensor/host_tensor.h"

#include <cstring>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

std::vector<float> ramp(std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), -3.0F);
  return values;
}

TEST(HostTensor, GivesBackTheFloatsItWasMadeFrom) {
  const HostTensor tensor = HostTensor::from_floats({2, 3}, ramp(6));
  EXPECT_EQ(tensor.dtype(), DType::kF32);
  EXPECT_EQ(tensor.bytes().size(), 24U);
  EXPECT_EQ(tensor.to_floats(), ramp(6));
}

TEST(HostTensor, IsEmptyOnlyWithoutStorage) {
  EXPECT_TRUE(HostTensor().empty());
  EXPECT_TRUE(HostTensor().bytes().empty());
  EXPECT_TRUE(HostTensor().to_floats().empty());
  EXPECT_FALSE(HostTensor::filled({}, 2.0F).empty());
}

TEST(HostTensor, ConvertsMoreElementsThanOneThreadTakesAtATime) {
  const std::int64_t count = 300001;
  const std::vector<float> values(static_cast<std::size_t>(count), 0.3333F);
  const HostTensor tensor = HostTensor::from_floats({count}, values);
  const std::vector<float> rounded = convert(tensor, DType::kBF16).to_floats();
  EXPECT_THAT(rounded, ::testing::Each(BFloat16::from_float(0.3333F).to_float()));
  EXPECT_EQ(rounded.size(), values.size());
}

TEST(HostTensor, ReadsMisalignedElements) {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const HostTensor aligned = convert(HostTensor::from_floats({5}, ramp(5)), dtype);
    const auto bytes = aligned.bytes();
    const auto owner = std::make_shared<std::vector<std::byte>>(bytes.size() + 1);
    std::memcpy(owner->data() + 1, bytes.data(), bytes.size());
    const HostTensor shifted(dtype, {5}, {owner, owner->data() + 1});
    EXPECT_EQ(shifted.to_floats(), ramp(5)) << name_of(dtype);
  }
}

TEST(HostTensor, SharesItsStorageWhenNothingChanges) {
  const HostTensor tensor = HostTensor::from_floats({2, 3}, ramp(6));
  EXPECT_EQ(convert(tensor, DType::kF32).bytes().data(), tensor.bytes().data());
  EXPECT_EQ(tensor.reshaped({3, 2}).bytes().data(), tensor.bytes().data());
  EXPECT_EQ(tensor.reshaped({3, 2}).shape(), Shape({3, 2}));
}

TEST(HostTensor, ConvertsBetweenTheHalfTypes) {
  const HostTensor tensor = HostTensor::from_floats({3}, {1.0F, -0.5F, 70000.0F});
  const HostTensor wide = convert(tensor, DType::kBF16);
  EXPECT_THAT(wide.to_floats(), ::testing::ElementsAre(1.0F, -0.5F, 70144.0F));
  EXPECT_EQ(convert(wide, DType::kF16).to_floats()[1], -0.5F);
  EXPECT_TRUE(std::isinf(convert(wide, DType::kF16).to_floats()[2]));
}

TEST(HostTensor, RefusesToReadIntegersAsFloats) {
  const auto owner = std::make_shared<std::vector<std::byte>>(8);
  const HostTensor steps(DType::kI64, {}, {owner, owner->data()});
  EXPECT_THROW(static_cast<void>(steps.to_floats()), Error);
  EXPECT_THROW(static_cast<void>(convert(steps, DType::kF32)), Error);
  EXPECT_THROW(static_cast<void>(convert(HostTensor::filled({1}, 0), DType::kI64)), Error);
}

TEST(HostTensor, ChecksCountsOfItsCallers) {
  EXPECT_THROW(HostTensor::from_floats({4}, ramp(3)), Error);
  EXPECT_THROW(HostTensor(DType::kF32, {1}, nullptr), Error);
  EXPECT_THROW(static_cast<void>(HostTensor::filled({4}, 0).reshaped({5})), Error);
  std::vector<float> small(3);
  EXPECT_THROW(HostTensor::filled({4}, 0).copy_floats(small), Error);
}

TEST(HostTensor, RefusesMoreBytesThanCanBeCounted) {
  EXPECT_THROW(byte_count(DType::kI64, {std::int64_t{1} << 60, 2}), Error);
  EXPECT_EQ(byte_count(DType::kBF16, {3, 5}), 30U);
}

}  // namespace
}  // namespace promptdepth
