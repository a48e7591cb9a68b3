#include "promptdepth/scene/scene_path.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr SceneOptions kSmall{.width = 80, .height = 60, .kind = SceneKind::kRoom};

/// The world's point at pixel (x, y), pushed into another frame: its pixel and depth there.
struct Seen {
  double x, y, z;
};
Seen reproject(const RenderedFrame& from, int x, int y, const RenderedFrame& to) {
  const double z = from.depth.at(x, y);
  const std::array<double, 3> p{(x - from.intrinsics.cx) / from.intrinsics.fx * z,
                                (y - from.intrinsics.cy) / from.intrinsics.fy * z, z};
  std::array<double, 3> world{};
  for (std::size_t r = 0; r < 3; ++r) {
    world[r] = from.world_from_camera[4 * r + 3];
    for (std::size_t c = 0; c < 3; ++c) world[r] += from.world_from_camera[4 * r + c] * p[c];
  }
  std::array<double, 3> q{};  // the inverse of a rigid transform
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t r = 0; r < 3; ++r) {
      q[c] += to.world_from_camera[4 * r + c] * (world[r] - to.world_from_camera[4 * r + 3]);
    }
  }
  return {q[0] / q[2] * to.intrinsics.fx + to.intrinsics.cx,
          q[1] / q[2] * to.intrinsics.fy + to.intrinsics.cy, q[2]};
}

TEST(ScenePath, StartsWithTheSceneItself) {
  const RenderedFrame scene = render_scene(5, kSmall);
  const RenderedFrame first = ScenePath(5, kSmall, 4).frame(0);
  EXPECT_EQ(first.depth.values, scene.depth.values);
  EXPECT_EQ(first.image.rgb, scene.image.rgb);
}

TEST(ScenePath, SeesTheSameWorldFromPoseToPose) {
  const ScenePath path(11, kSmall, 12);
  const RenderedFrame a = path.frame(0);
  const RenderedFrame b = path.frame(11);
  ASSERT_NE(a.world_from_camera, b.world_from_camera);
  int agree = 0;
  int seen = 0;
  for (int y = 0; y < a.depth.height; ++y) {
    for (int x = 0; x < a.depth.width; ++x) {
      const Seen s = reproject(a, x, y, b);
      const int bx = static_cast<int>(std::lround(s.x));
      const int by = static_cast<int>(std::lround(s.y));
      if (s.z <= 0 || bx < 0 || by < 0 || bx >= b.depth.width || by >= b.depth.height) continue;
      ++seen;
      agree += std::fabs(b.depth.at(bx, by) - s.z) < 0.05 * s.z ? 1 : 0;
    }
  }
  ASSERT_GT(seen, 1000);
  EXPECT_GT(agree, 0.85 * seen);  // the rest is hidden or at edges
}

TEST(ScenePath, RefusesLengthsOutsideItsRange) {
  EXPECT_THROW(ScenePath(1, kSmall, 0), Error);
  EXPECT_THROW(ScenePath(1, kSmall, 100001), Error);
  EXPECT_THROW(ScenePath(1, kSmall, 2).frame(2), Error);
}

}  // namespace
}  // namespace promptdepth
