#pragma once

namespace promptdepth {

/// A pinhole camera. Pixel (0, 0) is the centre of the top-left pixel; all in pixels.
struct Intrinsics {
  double fx = 0;
  double fy = 0;
  double cx = 0;
  double cy = 0;
};

}  // namespace promptdepth
