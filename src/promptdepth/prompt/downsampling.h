#pragma once

#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/prompt/option_field.h"

namespace promptdepth {

/// The naive prompt that the paper compares with: the ground truth with fewer pixels.
struct DownsamplingOptions {
  int width = 256;
  int height = 192;
  bool mean =
      false;  ///< The mean depth of each new pixel, mixed at edges, not the nearest pixel's.

  std::vector<OptionField> fields();
  /// Throws Error(kInvalidArgument) that names the field, its value and its range.
  void validate() const;
};

/// A width × height map. With `mean`, pixels without depth do not count; where none of a new
/// pixel's has one, neither has it.
DepthMap simulate_downsampling(const DepthMap& ground_truth, const DownsamplingOptions& options);

/// The nearest pixels.
DepthMap simulate_downsampling(const DepthMap& ground_truth, int prompt_width, int prompt_height);

}  // namespace promptdepth
