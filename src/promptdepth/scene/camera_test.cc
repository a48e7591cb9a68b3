#include "promptdepth/scene/camera.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "promptdepth/scene/shapes.h"

namespace promptdepth::scene {
namespace {

TEST(Camera, CoversItsFieldOfViewAlongTheLongerSide) {
  const Camera wide = make_camera(200, 100, std::numbers::pi_v<float> / 2);
  EXPECT_NEAR(wide.fx_px, 100, 1e-4F);  // 90° across 200 pixels
  EXPECT_NEAR(wide.cx_px, 99.5F, 1e-6F);
  EXPECT_NEAR(wide.cy_px, 49.5F, 1e-6F);
  EXPECT_NEAR(make_camera(100, 200, std::numbers::pi_v<float> / 2).fx_px, 100, 1e-4F);
}

TEST(Camera, SendsItsMiddleRayForwardWithUnitDepth) {
  Camera camera = make_camera(101, 51, 1);
  camera.world_from_camera = camera_frame({1, 2, 3}, 0.5F, 0.2F, 0.1F);
  const Ray ray = camera.ray(50, 25);
  EXPECT_NEAR(length(ray.direction - camera.world_from_camera.z), 0, 1e-6F);
  EXPECT_NEAR(dot(camera.ray(0, 0).direction, camera.world_from_camera.z), 1, 1e-6F);
}

TEST(Camera, HasXRightYDownZForward) {
  const Frame level = camera_frame({}, 0, 0, 0);  // looking along world x
  EXPECT_NEAR(level.z.x, 1, 1e-6F);
  EXPECT_NEAR(level.x.y, -1, 1e-6F);  // right of x is -y when z is up
  EXPECT_NEAR(level.y.z, -1, 1e-6F);
  const Frame any = camera_frame({}, 2, -0.4F, 0.3F);
  EXPECT_NEAR(dot(cross(any.x, any.y), any.z), 1, 1e-6F);
  EXPECT_NEAR(any.z.z, std::sin(-0.4F), 1e-6F);
}

TEST(Camera, RollsClockwise) {
  // Rolled clockwise, the camera's right goes down.
  EXPECT_LT(camera_frame({}, 0, 0, 0.3F).x.z, -0.1F);
}

TEST(Camera, MeasuresWhatIsAroundAndBeforeIt) {
  World world;
  add_box(world, {}, {-3, -4, -5}, {3, 4, 5}, world.add_material({}));
  const RayCaster caster(world);
  const float clearance = clearance_m(caster, {0, 0, 0});
  EXPECT_GE(clearance, 3);  // at most the slant of 32 directions to the nearest wall
  EXPECT_LT(clearance, 3.3F);
  Camera camera = make_camera(64, 48, 0.8F);
  camera.world_from_camera = camera_frame({0, 0, 0}, 0, 0, 0);
  const ViewStatistics far = view_statistics(caster, camera, 1);
  EXPECT_NEAR(far.median_depth_m, 3, 1e-4F);
  EXPECT_EQ(far.near_share, 0);
  EXPECT_EQ(far.objects, 1);
  EXPECT_EQ(view_statistics(caster, camera, 4).near_share, 1);
}

TEST(Camera, SeesNothingInAnEmptyWorld) {
  const World world;
  const RayCaster caster(world);
  const ViewStatistics view = view_statistics(caster, make_camera(64, 48, 1), 1);
  EXPECT_EQ(view.objects, 0);
  EXPECT_EQ(view.median_depth_m, 0);
}

}  // namespace
}  // namespace promptdepth::scene
