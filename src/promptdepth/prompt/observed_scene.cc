#include "promptdepth/prompt/observed_scene.h"

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/pixel_grid.h"

namespace promptdepth {
namespace {

void require_size(const DepthMap& map, const DepthMap& depth, const char* name) {
  if (map.empty() || (map.width == depth.width && map.height == depth.height)) return;
  fail(ErrorKind::kInvalidArgument,
       "sensor simulation: expected a {} map of the ground truth's {}×{} pixels, found {}×{}", name,
       depth.width, depth.height, map.width, map.height);
}

/// 0 where the map is not known.
float share_at(const DepthMap& map, int x, int y) { return map.empty() ? 0 : map.at(x, y); }

}  // namespace

float ObservedScene::luminance(int x, int y) const {
  const bool same_size = image.width == depth.width && image.height == depth.height;
  const float* rgb = same_size ? image.at(x, y)
                               : image.at(nearest_pixel(x, depth.width, image.width),
                                          nearest_pixel(y, depth.height, image.height));
  return 0.2126F * rgb[0] + 0.7152F * rgb[1] + 0.0722F * rgb[2];  // Rec. 709
}

float ObservedScene::depth_told(int x, int y, float z_m, float part_of_light) const {
  if (surfaces == nullptr) return z_m;
  const float other_light =
      share_at(surfaces->mirror, x, y) + share_at(surfaces->transparency, x, y);
  return part_of_light < other_light ? share_at(surfaces->beyond, x, y) : z_m;
}

Intrinsics ObservedScene::camera() const {
  return intrinsics ? *intrinsics : guess_intrinsics(depth.width, depth.height);
}

void ObservedScene::validate() const {
  if (depth.empty() || image.empty()) {
    fail(ErrorKind::kInvalidArgument,
         "sensor simulation: expected ground truth and an image, found an empty one");
  }
  if (intrinsics && !(intrinsics->fx > 0 && intrinsics->fy > 0)) {
    fail(ErrorKind::kInvalidArgument,
         "sensor simulation: expected focal lengths above 0, found {} and {}", intrinsics->fx,
         intrinsics->fy);
  }
  if (surfaces == nullptr) return;
  require_size(surfaces->reflectance, depth, "reflectance");
  require_size(surfaces->mirror, depth, "mirror");
  require_size(surfaces->transparency, depth, "transparency");
  require_size(surfaces->beyond, depth, "beyond");
}

float ConfidenceLevels::of(float relative_error) const {
  if (relative_error <= high) return 2;
  return relative_error <= medium ? 1.0F : 0.0F;
}

std::vector<OptionField> ConfidenceLevels::fields() {
  return {{"high_confidence", &high, 0, 1e3, "confidence 2 up to this expected relative error"},
          {"medium_confidence", &medium, 0, 1e3, "confidence 1 up to this one, else 0"}};
}

}  // namespace promptdepth
