#pragma once

#include "promptdepth/recording/motion_filter.h"

namespace promptdepth {

/// A predicted depth map beside the true one, of the same size.
struct JudgedView {
  DepthView predicted;
  DepthMap truth;  ///< Planar z in metres; 0 where not known.
};

/// How much predicted depth flickers: the mean, over the pixels whose true point was seen in the
/// frame before as well, of the change of the point's error from that frame to this, in metres. A
/// point that has moved by itself, or was hidden, is not where the truth of the frame before has
/// something and does not count; nor does a lasting error, as long as it lasts. 0 when no point was
/// seen twice. Throws Error(kInvalidArgument) for maps of other sizes.
double change_of_static_points(const JudgedView& before, const JudgedView& now);

}  // namespace promptdepth
