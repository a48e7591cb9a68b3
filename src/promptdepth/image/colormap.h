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

/// Colours for depth, near = t 0 at `min_m`, far = t 1 at `max_m`; what is not a positive finite
/// number gets kNoDepthColor. Needs min_m < max_m.
Image colorize_depth(const DepthMap& depth, float min_m, float max_m,
                     ColorMap map = ColorMap::kTurbo);

struct DepthRange {
  float min_m = 0.0F;
  float max_m = 0.0F;
};

/// The given percentiles (0 to 100, interpolated linearly) of the measured pixels, made at least a
/// millimetre apart. {0, 1} when nothing is measured.
DepthRange percentile_range(const DepthMap& depth, double low = 2.0, double high = 98.0);

}  // namespace promptdepth
