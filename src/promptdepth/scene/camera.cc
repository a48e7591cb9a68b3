#include "promptdepth/scene/camera.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {

Camera make_camera(int width, int height, float fov_rad) {
  Camera camera;
  camera.width = width;
  camera.height = height;
  camera.fx_px = 0.5F * static_cast<float>(std::max(width, height)) / portable::tan(0.5F * fov_rad);
  camera.fy_px = camera.fx_px;
  camera.cx_px = 0.5F * static_cast<float>(width - 1);
  camera.cy_px = 0.5F * static_cast<float>(height - 1);
  return camera;
}

Frame camera_frame(Vec3 position, float yaw_rad, float pitch_rad, float roll_rad) {
  const Vec3 forward{portable::cos(pitch_rad) * portable::cos(yaw_rad),
                     portable::cos(pitch_rad) * portable::sin(yaw_rad), portable::sin(pitch_rad)};
  const Vec3 level_right = normalized(cross(forward, {0, 0, 1}));
  const Vec3 level_down = cross(forward, level_right);
  const float c = portable::cos(roll_rad);
  const float s = portable::sin(roll_rad);
  return {position, level_right * c + level_down * s, level_down * c - level_right * s, forward};
}

float clearance_m(const RayCaster& caster, Vec3 position) {
  std::array<Ray, 32> rays;
  for (std::size_t i = 0; i < rays.size(); ++i) {
    // Fibonacci directions on the sphere.
    const float z = 1 - 2 * (static_cast<float>(i) + 0.5F) / static_cast<float>(rays.size());
    const float angle = 2.3999632F * static_cast<float>(i);
    const float ring = std::sqrt(1 - z * z);
    rays[i] = {position, {ring * portable::cos(angle), ring * portable::sin(angle), z}};
  }
  std::array<Hit, 32> hits;
  caster.intersect(rays, hits);
  float nearest = 1e30F;
  for (const Hit& hit : hits) {
    if (hit.found()) nearest = std::min(nearest, hit.distance);
  }
  return nearest;
}

ViewStatistics view_statistics(const RayCaster& caster, const Camera& camera, float near_m) {
  constexpr int kColumns = 12;
  constexpr int kRows = 9;
  std::vector<Ray> rays;
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      rays.push_back(camera.ray(
          (static_cast<float>(column) + 0.5F) / kColumns * static_cast<float>(camera.width),
          (static_cast<float>(row) + 0.5F) / kRows * static_cast<float>(camera.height)));
    }
  }
  std::vector<Hit> hits(rays.size());
  caster.intersect(rays, hits);
  std::vector<float> depths;
  std::set<ObjectId> objects;
  for (const Hit& hit : hits) {
    if (!hit.found()) continue;
    depths.push_back(hit.distance);
    objects.insert(hit.object);
  }
  if (depths.empty()) return {};
  const auto near =
      std::count_if(depths.begin(), depths.end(), [near_m](float depth) { return depth < near_m; });
  const auto middle = depths.begin() + static_cast<std::ptrdiff_t>(depths.size() / 2);
  std::nth_element(depths.begin(), middle, depths.end());
  return {static_cast<float>(near) / static_cast<float>(depths.size()), *middle,
          static_cast<int>(objects.size())};
}

}  // namespace promptdepth::scene
