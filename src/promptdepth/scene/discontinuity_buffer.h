#pragma once

#include <cstddef>
#include <vector>

#include "promptdepth/scene/lighting.h"
#include "promptdepth/scene/ray_caster.h"

namespace promptdepth::scene {

/// The second half of interleaved sampling (Keller and Heidrich 2001): light that was computed on
/// a chequerboard, with different strata at neighbouring pixels, is averaged over the 8×4 pixels
/// around every pixel (x - 4 to x + 3, y - 2 to y + 1), within one surface. It holds four rows.
/// The same bits with every instruction set.
class DiscontinuityBuffer {
 public:
  /// Pixels.
  DiscontinuityBuffer(int width, int height);

  /// What a pixel sees, and the light there, which counts only where x + y is even. Row y takes the
  /// place of row y - 4.
  void set(int x, int y, const Hit& hit, const Illumination& light);

  struct Average {
    Illumination light;  ///< Zero where no lit pixel of the surface is near.
    float count = 0;     ///< Of the lit pixels that it is the mean of.
  };
  /// averages.size() == width: those of row y, once rows y - 2 to y + 1, as far as there are any,
  /// are set.
  void average_row(int y, std::vector<Average>& averages);

 private:
  /// Where in a plane pixel 2·column + parity of a row lies: every other pixel side by side, with a
  /// margin on both sides.
  std::size_t index(int y, int parity, std::ptrdiff_t column) const;
  std::vector<std::size_t> neighbours(int y, int parity) const;

  int width_;
  int height_;
  std::size_t columns_;  ///< Pixels of one parity, rounded up to whole vectors.
  std::size_t plane_;    ///< Elements of a plane.
  std::vector<ObjectId> objects_;
  std::vector<float> values_;  ///< Planes of what was set.
  std::vector<float> means_;   ///< Planes of a row's averages, of one parity.
};

}  // namespace promptdepth::scene
