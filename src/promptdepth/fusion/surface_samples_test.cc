#include "promptdepth/fusion/surface_samples.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// A triangle of area 0.5 in z = 0 and one of area 1.5 in z = 1, and one without area.
Mesh two_triangles() {
  Mesh mesh;
  mesh.vertices.positions_m = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {3, 0, 1}, {0, 1, 1}};
  mesh.triangles = {{0, 1, 2}, {0, 0, 1}, {3, 4, 5}};
  return mesh;
}

TEST(SurfaceSamples, FallOnTrianglesByTheirAreas) {
  const std::vector<Vec3f> points = sample_surface(two_triangles(), 4000, 7);
  ASSERT_EQ(points.size(), 4000U);
  const auto low =
      std::count_if(points.begin(), points.end(), [](const Vec3f& p) { return p.z() < 0.5F; });
  EXPECT_NEAR(static_cast<double>(low), 1000, 1) << "stratified";
  Vec3f mean = Vec3f::Zero();
  for (const Vec3f& p : points) {
    ASSERT_NEAR(p.z(), p.z() < 0.5F ? 0 : 1, 1e-6F);
    ASSERT_LE(p.x() / (p.z() < 0.5F ? 1 : 3) + p.y(), 1 + 1e-6F);
    if (p.z() > 0.5F) mean += p / 3000;
  }
  // The centroid, to four standard errors of the mean (a triangle's deviation is side / sqrt(18)).
  EXPECT_NEAR(mean.x(), 1, 4 * 3 / std::sqrt(18.0F * 3000));
  EXPECT_NEAR(mean.y(), 1.0F / 3, 4 * 1 / std::sqrt(18.0F * 3000));
}

TEST(SurfaceSamples, FollowFromTheSeed) {
  EXPECT_EQ(sample_surface(two_triangles(), 100, 7), sample_surface(two_triangles(), 100, 7));
  EXPECT_NE(sample_surface(two_triangles(), 100, 7), sample_surface(two_triangles(), 100, 8));
}

TEST(SurfaceSamples, OfAPointCloudAreItsPoints) {
  Mesh cloud = two_triangles();
  cloud.triangles.clear();
  EXPECT_EQ(sample_surface(cloud, 100, 7), cloud.vertices.positions_m);
}

TEST(SurfaceSamples, RefuseAMeshWithoutArea) {
  Mesh mesh = two_triangles();
  mesh.triangles = {{0, 0, 1}};
  EXPECT_THROW(sample_surface(mesh, 100, 7), Error);
}

TEST(SurfaceSamples, DownsamplingLeavesTheMeanOfEachCube) {
  const std::vector<Vec3f> points = {
      {0.1F, 0.1F, 0.1F}, {5, 5, 5}, {0.3F, 0.5F, 0.1F}, {-0.1F, 0, 0}};
  std::vector<Vec3f> means = downsample(points, 1);
  ASSERT_EQ(means.size(), 3U);
  EXPECT_TRUE(means[0].isApprox(Vec3f(-0.1F, 0, 0)));
  EXPECT_TRUE(means[1].isApprox(Vec3f(0.2F, 0.3F, 0.1F)));
  EXPECT_TRUE(means[2].isApprox(Vec3f(5, 5, 5)));
  EXPECT_THROW(downsample(points, 0), Error);
}

TEST(SurfaceSamples, CroppingKeepsWhatTheBoxHolds) {
  const Eigen::AlignedBox3f box(Vec3f(0, 0, 0), Vec3f(1, 1, 1));
  EXPECT_EQ(crop({{0.5F, 0.5F, 0.5F}, {1.5F, 0.5F, 0.5F}, {1, 1, 1}}, box),
            (std::vector<Vec3f>{{0.5F, 0.5F, 0.5F}, {1, 1, 1}}));
}

}  // namespace
}  // namespace promptdepth
