#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace promptdepth {

/// Element types of stored tensors. Networks compute in the floating-point ones.
enum class DType : std::uint8_t { kF32, kF16, kBF16, kU8, kI32, kI64 };

constexpr std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::kU8:
      return 1;
    case DType::kF16:
    case DType::kBF16:
      return 2;
    case DType::kI64:
      return 8;
    case DType::kF32:
    case DType::kI32:
      break;
  }
  return 4;
}

/// "f32", "f16", "bf16", "u8", "i32", "i64".
std::string_view name_of(DType dtype);

constexpr bool is_floating(DType dtype) {
  return dtype == DType::kF32 || dtype == DType::kF16 || dtype == DType::kBF16;
}

/// The upper half of a float32, rounded to nearest even. NaN stays NaN.
struct BFloat16 {
  std::uint16_t bits = 0;

  static BFloat16 from_float(float value) {
    const auto x = std::bit_cast<std::uint32_t>(value);
    if ((x & 0x7fffffffU) > 0x7f800000U) {
      return {static_cast<std::uint16_t>((x >> 16) | 0x0040U)};
    }
    return {static_cast<std::uint16_t>((x + 0x7fffU + ((x >> 16) & 1U)) >> 16)};
  }

  float to_float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

/// IEEE 754 binary16, rounded to nearest even; overflow becomes infinity.
struct Float16 {
  std::uint16_t bits = 0;

  static Float16 from_float(float value);
  float to_float() const;
};

}  // namespace promptdepth
