#include "promptdepth/tensor/dtype.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(Float16, EveryFiniteHalfSurvivesFloat) {
  for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
    const Float16 half{static_cast<std::uint16_t>(bits)};
    if (std::isnan(half.to_float())) {
      EXPECT_GT(bits & 0x7fffU, 0x7c00U);
      EXPECT_TRUE(std::isnan(Float16::from_float(half.to_float()).to_float()));
    } else {
      ASSERT_EQ(Float16::from_float(half.to_float()).bits, bits);
    }
  }
}

TEST(Float16, HasTheValuesOfTheStandard) {
  EXPECT_EQ(Float16{0x3c00}.to_float(), 1.0F);
  EXPECT_EQ(Float16{0xc000}.to_float(), -2.0F);
  EXPECT_EQ(Float16{0x0001}.to_float(), 0x1p-24F);
  EXPECT_EQ(Float16{0x0400}.to_float(), 0x1p-14F);
  EXPECT_EQ(Float16{0x7bff}.to_float(), 65504.0F);
  EXPECT_EQ(Float16{0xfc00}.to_float(), -std::numeric_limits<float>::infinity());
}

/// Halfway between two neighbouring halves goes to the even one, a hair beside it to the nearer.
TEST(Float16, RoundsToNearestEven) {
  for (std::uint32_t bits = 0; bits < 0x7bffU; ++bits) {
    const float low = Float16{static_cast<std::uint16_t>(bits)}.to_float();
    const float high = Float16{static_cast<std::uint16_t>(bits + 1)}.to_float();
    const float middle = 0.5F * (low + high);  // exact: 12 significant bits
    ASSERT_EQ(Float16::from_float(middle).bits, bits + (bits & 1U));
    ASSERT_EQ(Float16::from_float(std::nextafter(middle, 0.0F)).bits, bits);
    ASSERT_EQ(Float16::from_float(std::nextafter(middle, 1e6F)).bits, bits + 1);
  }
}

TEST(Float16, OverflowsToInfinity) {
  EXPECT_EQ(Float16::from_float(65519.996F).bits, 0x7bff);
  EXPECT_EQ(Float16::from_float(65520.0F).bits, 0x7c00);
  EXPECT_EQ(Float16::from_float(-1e30F).bits, 0xfc00);
}

TEST(BFloat16, RoundsToNearestEven) {
  EXPECT_EQ(BFloat16::from_float(1.0F).bits, 0x3f80);
  EXPECT_EQ(BFloat16::from_float(std::bit_cast<float>(0x3f808000U)).bits, 0x3f80);
  EXPECT_EQ(BFloat16::from_float(std::bit_cast<float>(0x3f818000U)).bits, 0x3f82);
  EXPECT_EQ(BFloat16::from_float(std::bit_cast<float>(0x3f808001U)).bits, 0x3f81);
}

TEST(BFloat16, KeepsNaNWhosePayloadIsCutOff) {
  EXPECT_TRUE(std::isnan(BFloat16::from_float(std::bit_cast<float>(0x7f800001U)).to_float()));
}

TEST(DType, NamesAndSizesAgree) {
  EXPECT_EQ(name_of(DType::kF32), "f32");
  EXPECT_EQ(name_of(DType::kF16), "f16");
  EXPECT_EQ(name_of(DType::kBF16), "bf16");
  EXPECT_EQ(name_of(DType::kU8), "u8");
  EXPECT_EQ(name_of(DType::kI32), "i32");
  EXPECT_EQ(name_of(DType::kI64), "i64");
  EXPECT_EQ(size_of(DType::kF32), 4U);
  EXPECT_EQ(size_of(DType::kBF16), 2U);
  EXPECT_EQ(size_of(DType::kI64), 8U);
}

}  // namespace
}  // namespace promptdepth
