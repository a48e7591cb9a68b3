#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "promptdepth/train/image_with_depth.h"

namespace promptdepth {

/// A frame as it is kept in memory: depths as they are; pictures, which are 8 bits deep anyway, and
/// shares of light in bytes; and of what lies beyond surfaces only the pixels that have it.
class StoredFrame {
 public:
  explicit StoredFrame(ImageWithDepth frame);

  /// Shares of light come back to the nearest 1/255. Maps of mirrors, glass and what lies beyond
  /// that were 0 everywhere come back empty, which means the same.
  ImageWithDepth frame() const;

 private:
  struct BeyondPixel {
    std::uint32_t index;
    float z_m;
  };

  ImageWithDepth rest_;  ///< Maps that are kept below have their sizes here, and no values.
  std::vector<std::uint8_t> rgb_;
  std::array<std::vector<std::uint8_t>, 3> shares_;  ///< In share_maps()'s order.
  std::vector<BeyondPixel> beyond_;
};

}  // namespace promptdepth
