#pragma once

#include <span>
#include <vector>

#include "promptdepth/backend/backend.h"

// How far a backend's result may be from the reference's.
//
// u is the unit roundoff (half the distance from 1 to the next number): u32 = 2⁻²⁴ for float32,
// u16 = 2⁻⁸ for bfloat16. A sum of K rounded products, in whatever order, is off by about
// √K·u32·Σ|a||b|, since roundings are as often up as down (Higham and Mary, "A new approach to
// probabilistic rounding error analysis", 2019); we allow twice that, and 4 more roundings for what
// comes after the sum (bias, nonlinearity, scale, residual). Numbers below the smallest normal one,
// 2⁻¹²⁶, may be flushed to zero.
//
// In bfloat16, operands are exact by construction and sums are in float32 as well; what is added is
// - one rounding of the result to storage, u16·|y|;
// - two of the layer's own value z on its way there (a library may store the product before the
//   nonlinearity and the result of that before the residual is added), 2·u16·|z|, where the result
//   is not asked for in float32;
// - where the backend makes an operand of its own (weights times layer scale, normalised pixels,
//   softmax weights) and rounds that: K independent roundings of the products, which add up to
//   6 standard deviations of u16·√Σ(ab)²;
// - approximations of nonlinearities that are good to the square of u16: u16²·Σ|a||b|.

namespace promptdepth {

inline constexpr double kF32Unit = 0x1p-24;
inline constexpr double kBF16Unit = 0x1p-8;
inline constexpr double kSmallestNormal = 0x1p-126;
inline constexpr double kStandardDeviations = 6.0;

/// What a backend rounds. Libraries that return the scores of attention as bfloat16 do not meet
/// Session's promise of sums in float32; tests of such a backend say so, and its users.
struct Arithmetic {
  Precision precision = Precision::kF32;
  bool stores_scores = false;  ///< In kBF16, q·k is rounded to bfloat16 before the softmax.
};

/// What the errors of results depend on. The vectors have an element per result, or are empty for
/// zeros.
struct SumsOfProducts {
  double terms = 1.0;                 ///< K.
  std::vector<float> magnitude = {};  ///< Σ|a||b| + |bias| + |residual|.
  std::vector<float> layer = {};      ///< z: before nonlinearity and residual.
  std::vector<float> squares = {};  ///< Σ(ab)² of products with an operand that bfloat16 rounds.
  bool f32_result = false;
  bool f32_layer = false;  ///< z may not pass through bfloat16.
  bool nonlinear = false;
};

std::vector<double> tolerance_of(const SumsOfProducts& sums, Precision precision,
                                 std::span<const float> expected);

}  // namespace promptdepth
