#include "promptdepth/prompt/ray_march.h"

#include <cmath>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

using Eigen::Vector3f;

const Intrinsics kCamera{.fx = 100, .fy = 110, .cx = 60, .cy = 40, .width = 120, .height = 80};

/// The plane normal · point = distance, where it is in front of the camera; 0 elsewhere.
DepthMap plane(const Vector3f& normal, float distance) {
  DepthMap depth(kCamera.width, kCamera.height);
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const Vector3f ray(static_cast<float>((x - kCamera.cx) / kCamera.fx),
                         static_cast<float>((y - kCamera.cy) / kCamera.fy), 1);
      const float z = distance / normal.dot(ray);
      if (z > 0 && z < 1000) depth.at(x, y) = z;
    }
  }
  return depth;
}

TEST(RayMarcher, MeetsPlanesWhereTheyAre) {
  const struct {
    Vector3f normal;
    float distance;
  } planes[] = {
      {{0, 0, 1}, 4}, {{0.6F, 0, 0.8F}, 3}, {{0, 1, 0.1F}, 1.5F}, {{0.3F, -0.5F, 0.8F}, 2}};
  const Vector3f origins[] = {{0, 0, 0}, {0, -0.3F, -0.2F}, {0.4F, 0.1F, 0.1F}};
  for (const auto& [normal, distance] : planes) {
    const RayMarcher marcher(plane(normal, distance), kCamera);
    int met_count = 0;
    for (const Vector3f& origin : origins) {
      for (float x = -0.5F; x <= 0.5F; x += 0.07F) {
        for (float y = -0.3F; y <= 0.3F; y += 0.07F) {
          const Vector3f direction = Vector3f(x, y, 1).normalized();
          const auto met = marcher.follow(origin, direction, 0, 60);
          if (!met) continue;
          ++met_count;
          const float range = (distance - normal.dot(origin)) / normal.dot(direction);
          const Vector3f point = origin + range * direction;
          EXPECT_NEAR(met->z, point.z(), 2e-3F * point.z());
          EXPECT_NEAR(met->u, kCamera.fx * static_cast<double>(point.x() / point.z()) + kCamera.cx,
                      0.05);
          EXPECT_NEAR(met->v, kCamera.fy * static_cast<double>(point.y() / point.z()) + kCamera.cy,
                      0.05);
        }
      }
    }
    EXPECT_GT(met_count, 100);
  }
}

/// A wall at 6 m with a post at 2 m in the middle columns.
DepthMap wall_with_post() {
  DepthMap depth(120, 80, 6.0F);
  for (int y = 0; y < 80; ++y) {
    for (int x = 55; x < 65; ++x) depth.at(x, y) = 2;
  }
  return depth;
}

TEST(RayMarcher, PassesBehindAPost) {
  const RayMarcher marcher(wall_with_post(), kCamera);
  // From 3 m to the left, towards a point of the wall to the right of the post: the camera sees the
  // ray on both sides of the post and behind it nowhere.
  const Vector3f origin(-3, 0, 0);
  const Vector3f point(0.5F, 0, 6);
  const auto met = marcher.follow(origin, (point - origin).normalized(), 0, 60);
  ASSERT_TRUE(met);
  EXPECT_NEAR(met->z, 6, 1e-3);
  EXPECT_NEAR(met->u, 60 + 100 * 0.5 / 6, 0.05);
}

TEST(RayMarcher, DoesNotMeetWhatTheCameraDoesNotSee) {
  const RayMarcher marcher(wall_with_post(), kCamera);
  const Vector3f origin(-3, 0, 0);
  const Vector3f hidden(0, 0, 6);  // behind the post
  EXPECT_FALSE(marcher.follow(origin, (hidden - origin).normalized(), 0, 60));
  EXPECT_FALSE(marcher.follow({0, 0, 0}, Vector3f(3, 0, 1).normalized(), 0, 60));
  EXPECT_FALSE(marcher.follow({0, 0, 0}, Vector3f(0, 0, -1), 0, 60));
}

TEST(RayMarcher, KeepsToTheGivenRanges) {
  const RayMarcher marcher(wall_with_post(), kCamera);
  EXPECT_TRUE(marcher.follow({0, 0, 0}, {0, 0, 1}, 0, 2.1F));
  EXPECT_FALSE(marcher.follow({0, 0, 0}, {0, 0, 1}, 0, 1.9F));
  EXPECT_FALSE(marcher.follow({0, 0, 0}, {0, 0, 1}, 2.1F, 60));
}

TEST(RayMarcher, MeetsNothingInTheSky) {
  EXPECT_FALSE(RayMarcher(DepthMap(120, 80), kCamera).follow({0, 0, 0}, {0, 0, 1}, 0, 100));
  DepthMap half = wall_with_post();
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 120; ++x) half.at(x, y) = 0;
  }
  const RayMarcher marcher(half, kCamera);
  EXPECT_FALSE(marcher.follow({0, 0, 0}, Vector3f(0, -0.1F, 1).normalized(), 0, 100));
  EXPECT_TRUE(marcher.follow({0, 0, 0}, Vector3f(0, 0.1F, 1).normalized(), 0, 100));
}

}  // namespace
}  // namespace promptdepth
