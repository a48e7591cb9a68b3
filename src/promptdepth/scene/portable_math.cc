#include "promptdepth/scene/portable_math.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace promptdepth::scene::portable {
namespace {

constexpr double kPi = std::numbers::pi;

std::int64_t nearest(double x) { return static_cast<std::int64_t>(x < 0 ? x - 0.5 : x + 0.5); }

/// Taylor series for |x| <= pi/4.
double short_sin(double x) {
  const double q = x * x;
  return x *
         (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72 * (1 - q / 110 * (1 - q / 156))))));
}
double short_cos(double x) {
  const double q = x * x;
  return 1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56 * (1 - q / 90 * (1 - q / 132)))));
}

/// sin(x + quarters · pi/2).
double sin_shifted(double x, std::int64_t quarters) {
  const std::int64_t k = nearest(x * (2 / kPi));
  const double rest = x - static_cast<double>(k) * (kPi / 2);
  switch ((k + quarters) & 3) {
    case 0:
      return short_sin(rest);
    case 1:
      return short_cos(rest);
    case 2:
      return -short_sin(rest);
    default:
      return -short_cos(rest);
  }
}

/// For 0 <= t <= 1: two half-angle steps, then the series.
double short_atan(double t) {
  t = t / (1 + std::sqrt(1 + t * t));
  t = t / (1 + std::sqrt(1 + t * t));
  const double q = t * t;
  double sum = 0;
  for (int k = 21; k >= 1; k -= 2) sum = 1.0 / k - q * sum;
  return 4 * t * sum;
}

double log2_of(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact
  if (m < std::numbers::sqrt2 / 2) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  const double q = s * s;
  double sum = 0;
  for (int k = 19; k >= 1; k -= 2) sum = 1.0 / k + q * sum;
  return exponent + 2 * std::numbers::log2e * s * sum;
}

double exp2_of(double y) {
  const std::int64_t whole = nearest(y);
  const double f = (y - static_cast<double>(whole)) * std::numbers::ln2;
  double sum = 1;
  for (int k = 12; k >= 1; --k) sum = 1 + f / k * sum;
  return std::ldexp(sum, static_cast<int>(whole));  // exact
}

}  // namespace

float sin(float radians) { return static_cast<float>(sin_shifted(radians, 0)); }
float cos(float radians) { return static_cast<float>(sin_shifted(radians, 1)); }
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
