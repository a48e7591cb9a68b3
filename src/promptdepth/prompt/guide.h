#pragma once

#include "promptdepth/image/image.h"

namespace promptdepth {

/// An image on a prompt's grid: `image` itself where it has that size, else resized by area.
class Guide {
 public:
  Guide(const Image& image, int width, int height);

  Guide(const Guide&) = delete;
  Guide& operator=(const Guide&) = delete;

  const Image& image() const { return *image_; }

 private:
  Image resized_;
  const Image* image_;
};

/// |ΔRGB|² of two pixels.
inline float squared_rgb_distance(const float* a, const float* b) {
  const float dr = a[0] - b[0];
  const float dg = a[1] - b[1];
  const float db = a[2] - b[2];
  return dr * dr + dg * dg + db * db;
}

}  // namespace promptdepth
