#pragma once

#include <array>
#include <string_view>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// kTurbo shows the finest steps; the next three are perceptually uniform and grow monotonically in
/// lightness; kSpectral is what depth papers print.
enum class ColorMap { kTurbo, kViridis, kCividis, kInferno, kSpectral };

using Rgb = std::array<float, 3>;  ///< sRGB, each in [0, 1].

/// "turbo", "viridis", "cividis", "inferno", "spectral"; Error(kInvalidArgument) for another name.
ColorMap color_map_from_name(std::string_view name);

/// The colour at t in [0, 1] (clamped), interpolated linearly between the map's table entries.
Rgb color_at(ColorMap map, float t);

/// The colour of a pixel without a measurement: a neutral dark grey.
inline constexpr Rgb kNoDepthColor{0.15F, 0.15F, 0.15F};

/// The depths at the two ends of a colour map.
struct DepthRange {
  float min_m = 0.0F;
  float max_m = 0.0F;
  bool logarithmic = false;  ///< Equal ratios, not equal differences, get equal shares of the map.

  /// 0 at min_m, 1 at max_m; outside [0, 1] beyond them. depth_m > 0.
  float position(float depth_m) const;

  /// Throws Error(kInvalidArgument) unless min_m < max_m and, when logarithmic, 0 < min_m.
  void validate() const;
};

/// Colours for depth, near = t 0, far = t 1; what is not a positive finite number gets
/// kNoDepthColor.
Image colorize_depth(const DepthMap& depth, const DepthRange& range,
                     ColorMap map = ColorMap::kSpectral);

/// The same on a linear scale.
inline Image colorize_depth(const DepthMap& depth, float min_m, float max_m,
                            ColorMap map = ColorMap::kSpectral) {
  return colorize_depth(depth, DepthRange{min_m, max_m}, map);
}

/// The given percentiles (0 to 100, interpolated linearly) of the measured pixels, made at least a
/// millimetre apart. {0, 1} when nothing is measured.
DepthRange percentile_range(const DepthMap& depth, double low = 2.0, double high = 98.0);

}  // namespace promptdepth
