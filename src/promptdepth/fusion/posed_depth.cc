#include "promptdepth/fusion/posed_depth.h"

#include "promptdepth/image/resize.h"

namespace promptdepth {

DepthMap take_masked(DepthMap& depth, const DepthMap& mask) {
  const DepthMap moving = resize_nearest(mask, depth.width, depth.height);
  DepthMap taken(depth.width, depth.height);
  for (std::size_t i = 0; i < depth.values.size(); ++i) {
    if (moving.values[i] != 0.0F) std::swap(depth.values[i], taken.values[i]);
  }
  return taken;
}

}  // namespace promptdepth
