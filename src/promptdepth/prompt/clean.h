#pragma once

#include <cstddef>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// Which depths count as a measurement.
struct CleanOptions {
  float min_m = 0.01F;  ///< Nearer is no measurement; > 0. 1 cm is ARKitScenes' rule (spec 7.2).
  float max_m = 1e5F;   ///< Farther is a sensor's code for "nothing there"; > min_m.

  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// Sets everything that is not a measurement (NaN, infinities, negative values, what lies outside
/// [min_m, max_m]) to 0.
DepthMap clean_depth(DepthMap depth, const CleanOptions& options = {});

/// Sets every pixel whose confidence is below `min_confidence`, or NaN, to 0. A confidence map of
/// another size is read at the nearest pixel; it covers the same field of view. Throws
/// Error(kInvalidArgument) when either map is empty.
DepthMap apply_confidence(DepthMap depth, const DepthMap& confidence, float min_confidence);

/// Number of pixels above 0.
std::size_t count_valid(const DepthMap& depth);

}  // namespace promptdepth
