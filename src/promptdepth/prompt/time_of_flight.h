#pragma once

#include <cstdint>
#include <vector>

#include "promptdepth/prompt/light_return.h"
#include "promptdepth/prompt/observed_scene.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// A time-of-flight camera that looks through the photo's lens: every pixel of its own measures.
/// Ranges are taken along the optical axis, as planar z.
struct TimeOfFlightOptions {
  int width = 256;
  int height = 192;
  ReturnOptions returns = {};
  float footprint = 1;  ///< Side of what a pixel sees, in pixels; above 1 it overlaps the next.
  /// Share of the pixels on an edge that mix the depths on both sides as the light that comes back
  /// from them; the others tell the one with more light.
  float flying = 0.5F;
  float bias = 0.005F;     ///< Greatest relative error that varies smoothly over the image.
  int bias_cells = 3;      ///< The bias varies over 1/bias_cells of the image.
  float offset_m = 0.01F;  ///< Greatest constant error, drawn once for the whole map.
  float blur_px = 0.5F;    ///< Gaussian σ of the device's own smoothing, prompt pixels.

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Depth and confidence of width × height. A pixel's confidence follows from the standard deviation
/// of its noise and the spread of the depths that it sees.
SimulatedPrompt simulate_time_of_flight(const ObservedScene& scene,
                                        const TimeOfFlightOptions& options, std::uint64_t seed);

}  // namespace promptdepth
