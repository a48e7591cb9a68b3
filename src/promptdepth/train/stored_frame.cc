#include "promptdepth/train/stored_frame.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace promptdepth {
namespace {

std::array<DepthMap*, 3> share_maps(SurfaceMap& surfaces) {
  return {&surfaces.reflectance, &surfaces.mirror, &surfaces.transparency};
}

/// Takes values in [0, 1] and leaves none.
std::vector<std::uint8_t> take_bytes(std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size());
  std::transform(values.begin(), values.end(), bytes.begin(), [](float value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F));
  });
  values = {};
  return bytes;
}

std::vector<float> values_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<float> values(bytes.size());
  std::transform(bytes.begin(), bytes.end(), values.begin(),
                 [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0F; });
  return values;
}

void clear_if_zero(DepthMap& map) {
  const auto is_zero = [](float value) { return value == 0; };
  if (std::all_of(map.values.begin(), map.values.end(), is_zero)) map = {};
}

}  // namespace

StoredFrame::StoredFrame(ImageWithDepth frame) : rest_(std::move(frame)) {
  rgb_ = take_bytes(rest_.image.rgb);
  SurfaceMap& surfaces = rest_.surfaces;
  for (DepthMap* map : {&surfaces.mirror, &surfaces.transparency, &surfaces.beyond}) {
    clear_if_zero(*map);
  }
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    shares_[i] = take_bytes(share_maps(surfaces)[i]->values);
  }
  std::vector<float>& beyond = surfaces.beyond.values;
  for (std::size_t i = 0; i < beyond.size(); ++i) {
    if (beyond[i] > 0) beyond_.push_back({static_cast<std::uint32_t>(i), beyond[i]});
  }
  beyond = {};
}

ImageWithDepth StoredFrame::frame() const {
  ImageWithDepth result = rest_;
  result.image.rgb = values_of(rgb_);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    share_maps(result.surfaces)[i]->values = values_of(shares_[i]);
  }
  DepthMap& beyond = result.surfaces.beyond;
  beyond = DepthMap(beyond.width, beyond.height);
  for (const BeyondPixel& pixel : beyond_) beyond.values[pixel.index] = pixel.z_m;
  return result;
}

}  // namespace promptdepth
