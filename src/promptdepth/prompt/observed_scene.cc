#include "promptdepth/prompt/observed_scene.h"

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

void require_size(const DepthMap& map, const DepthMap& depth, const char* name) {
  if (map.empty() || (map.width == depth.width && map.height == depth.height)) return;
  fail(ErrorKind::kInvalidArgument,
       "sensor simulation: expected a {} map of the ground truth's {}×{} pixels, found {}×{}", name,
       depth.width, depth.height, map.width, map.height);
}

}  // namespace

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
