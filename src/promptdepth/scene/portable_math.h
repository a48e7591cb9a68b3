#pragma once

/// Functions of libm, whose last bits differ between its versions, in plain IEEE arithmetic: the
/// same bits on every machine. Exact to a rounding of float; arguments of sin and cos below 1e6.
namespace promptdepth::scene::portable {

float sin(float radians);
float cos(float radians);
/// Both, for little more than one.
struct SinCos {
  float sin;
  float cos;
};
SinCos sin_cos(float radians);
float tan(float radians);
float asin(float sine);  ///< Of [-1, 1]; values beyond count as the end of the range.
float atan2(float y, float x);
float hypot(float x, float y);
float pow(float base, float exponent);  ///< 0 for a base of 0 or less.
float exp2(float exponent);             ///< For exponents from -126 to 127.

}  // namespace promptdepth::scene::portable
