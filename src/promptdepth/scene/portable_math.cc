#include "promptdepth/scene/portable_math.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace promptdepth::scene::portable {
namespace {

constexpr double kPi = std::numbers::pi;

/// Of a double: sign, 11 bits of exponent, mantissa.
constexpr int kMantissaBits = 52;
constexpr int kExponentBias = 1023;
constexpr std::uint64_t kMantissaMask = (std::uint64_t{1} << kMantissaBits) - 1;
constexpr std::uint64_t kHalfBits = std::uint64_t{kExponentBias - 1} << kMantissaBits;

/// 2^exponent, for exponents of normal numbers.
double power_of_two(std::int64_t exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + kExponentBias)
                               << kMantissaBits);
}

std::int64_t nearest(double x) { return static_cast<std::int64_t>(x < 0 ? x - 0.5 : x + 0.5); }

/// c[0] + q (c[1] + q (c[2] + ...)).
template <std::size_t kCount>
double polynomial(const std::array<double, kCount>& c, double q) {
  double sum = c[kCount - 1];
  for (std::size_t i = kCount - 1; i-- > 0;) sum = c[i] + q * sum;
  return sum;
}

/// Taylor series for |x| <= pi/4, in powers of x².
double short_sin(double x) {
  constexpr std::array<double, 7> kSeries{
      1, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0};
  return x * polynomial(kSeries, x * x);
}
double short_cos(double x) {
  constexpr std::array<double, 8> kSeries{
      1,           -1.0 / 2,       1.0 / 24,          -1.0 / 720,
      1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600.0, -1.0 / 87178291200.0};
  return polynomial(kSeries, x * x);
}

/// x = whole · pi/2 + rest.
struct Quarters {
  std::int64_t whole;
  double rest;
};

Quarters quarters_of(double x) {
  const std::int64_t whole = nearest(x * (2 / kPi));
  return {whole, x - static_cast<double>(whole) * (kPi / 2)};
}

/// sin(x + quarters · pi/2).
double sin_shifted(double x, std::int64_t quarters) {
  const auto [whole, rest] = quarters_of(x);
  const double size = ((whole + quarters) & 1) != 0 ? short_cos(rest) : short_sin(rest);
  return ((whole + quarters) & 2) != 0 ? -size : size;
}

/// For 0 <= t <= 1: two half-angle steps, then the series.
double short_atan(double t) {
  t = t / (1 + std::sqrt(1 + t * t));
  t = t / (1 + std::sqrt(1 + t * t));
  constexpr std::array<double, 11> kSeries{1,        -1.0 / 3,  1.0 / 5,  -1.0 / 7,
                                           1.0 / 9,  -1.0 / 11, 1.0 / 13, -1.0 / 15,
                                           1.0 / 17, -1.0 / 19, 1.0 / 21};
  return 4 * t * polynomial(kSeries, t * t);
}

/// Of a normal number above 0.
double log2_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<int>(bits >> kMantissaBits) - (kExponentBias - 1);
  // In [0.5, 1).
  double m = std::bit_cast<double>((bits & kMantissaMask) | kHalfBits);
  if (m < std::numbers::sqrt2 / 2) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  constexpr std::array<double, 10> kSeries{1,        1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,
                                           1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19};
  return exponent + 2 * std::numbers::log2e * s * polynomial(kSeries, s * s);
}

double exp2_of(double y) {
  const std::int64_t whole = nearest(y);
  const double f = (y - static_cast<double>(whole)) * std::numbers::ln2;
  constexpr std::array<double, 11> kSeries{
      1,         1,          1.0 / 2,     1.0 / 6,      1.0 / 24,     1.0 / 120,
      1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800};
  return polynomial(kSeries, f) * power_of_two(whole);  // exact
}

}  // namespace

float sin(float radians) { return static_cast<float>(sin_shifted(radians, 0)); }
float cos(float radians) { return static_cast<float>(sin_shifted(radians, 1)); }
SinCos sin_cos(float radians) {
  const auto [whole, rest] = quarters_of(radians);
  const double s = short_sin(rest);
  const double c = short_cos(rest);
  const double sine = (whole & 1) != 0 ? c : s;
  const double cosine = (whole & 1) != 0 ? s : c;
  return {static_cast<float>((whole & 2) != 0 ? -sine : sine),
          static_cast<float>(((whole + 1) & 2) != 0 ? -cosine : cosine)};
}
float tan(float radians) {
  return static_cast<float>(sin_shifted(radians, 0) / sin_shifted(radians, 1));
}

float asin(float sine) {
  const double s = std::clamp(static_cast<double>(sine), -1.0, 1.0);
  return atan2(static_cast<float>(s), static_cast<float>(std::sqrt(1 - s * s)));
}

float atan2(float y, float x) {
  const double ay = std::fabs(static_cast<double>(y));
  const double ax = std::fabs(static_cast<double>(x));
  if (ax == 0 && ay == 0) return 0;
  const double first = ay <= ax ? short_atan(ay / ax) : kPi / 2 - short_atan(ax / ay);
  const double half = x < 0 ? kPi - first : first;
  return static_cast<float>(y < 0 ? -half : half);
}

float hypot(float x, float y) {
  const double squared = static_cast<double>(x) * x + static_cast<double>(y) * y;
  return static_cast<float>(std::sqrt(squared));
}

float pow(float base, float exponent) {
  if (!(base > 0)) return 0;
  return static_cast<float>(exp2_of(std::clamp(exponent * log2_of(base), -160.0, 160.0)));
}

float exp2(float exponent) { return static_cast<float>(exp2_of(exponent)); }

}  // namespace promptdepth::scene::portable
