#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace promptdepth {

/// An RGB picture, float32, row-major, interleaved (height × width × 3), values in [0, 1], as
/// encoded (sRGB, not linear).
struct Image {
  int width = 0;
  int height = 0;
  std::vector<float> rgb;

  Image() = default;
  Image(int width_px, int height_px)
      : width(width_px),
        height(height_px),
        rgb(3 * static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px)) {}

  bool empty() const { return rgb.empty(); }
  std::size_t pixel_count() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
  /// Pointer to the three values of pixel (x, y).
  float* at(int x, int y) { return rgb.data() + 3 * offset(x, y); }
  const float* at(int x, int y) const { return rgb.data() + 3 * offset(x, y); }

 private:
  std::size_t offset(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  }
};

/// Whether a value of a depth map is a measurement.
inline bool is_measured(float depth_m) { return depth_m > 0.0F && std::isfinite(depth_m); }

/// A one-channel float32 map, row-major. As a depth map: planar z in metres, 0 = no measurement,
/// never NaN or infinite once it has been cleaned (prompt/clean.h). Also used for confidences and
/// masks.
struct DepthMap {
  int width = 0;
  int height = 0;
  std::vector<float> values;

  DepthMap() = default;
  DepthMap(int width_px, int height_px, float value = 0.0F)
      : width(width_px),
        height(height_px),
        values(static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px), value) {}

  bool empty() const { return values.empty(); }
  std::size_t pixel_count() const { return values.size(); }
  float& at(int x, int y) { return values[offset(x, y)]; }
  float at(int x, int y) const { return values[offset(x, y)]; }

 private:
  std::size_t offset(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
  }
};

}  // namespace promptdepth
