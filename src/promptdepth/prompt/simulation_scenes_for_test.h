#pragma once

#include <cmath>

#include "promptdepth/base/random.h"
#include "promptdepth/image/image.h"

// What the tests of the simulated sensors share.

namespace promptdepth {

/// Every pixel has a depth of its own.
inline DepthMap distinct_depths(int width, int height) {
  DepthMap map(width, height);
  for (std::size_t i = 0; i < map.pixel_count(); ++i)
    map.values[i] = 1 + 1e-4F * static_cast<float>(i);
  return map;
}

inline Image random_image(int width, int height, std::uint64_t seed) {
  Image image(width, height);
  Random random(seed);
  for (float& value : image.rgb) value = random.uniform();
  return image;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
  double count = 0;
};

/// Of measured / true - 1 over the measured pixels; both maps have the same size.
inline Moments relative_error(const DepthMap& measured, const DepthMap& truth) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (std::size_t i = 0; i < measured.pixel_count(); ++i) {
    if (!(measured.values[i] > 0)) continue;
    const double error =
        static_cast<double>(measured.values[i]) / static_cast<double>(truth.values[i]) - 1;
    sum += error;
    squares += error * error;
    ++count;
  }
  const double mean = sum / count;
  return {mean, std::sqrt(squares / count - mean * mean), count};
}

/// Five standard errors of a share p among n.
inline double five_errors(double p, double n) { return 5 * std::sqrt(p * (1 - p) / n); }

/// A grey image; `value` as encoded.
inline Image grey_image(int width, int height, float value) {
  Image image(width, height);
  for (float& sample : image.rgb) sample = value;
  return image;
}

}  // namespace promptdepth
