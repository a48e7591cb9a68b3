#include "promptdepth/fusion/mesh_view.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/fusion/exact_views_for_test.h"
#include "promptdepth/fusion/tsdf_volume.h"

namespace promptdepth {
namespace {

using testing::camera_for_test;

/// A large triangle in the plane z = 2 + x / 4, seen from the origin from its front.
Mesh slanted_triangle() {
  Mesh mesh;
  mesh.vertices.positions_m = {{-9, -9, -0.25F}, {-9, 20, -0.25F}, {20, 0, 7}};
  for (Vec3f& p : mesh.vertices.positions_m) p.z() = 2.5F + p.x() / 4;
  mesh.triangles = {{0, 1, 2}};
  return mesh;
}

TEST(MeshView, DepthIsThatOfThePlane) {
  const Intrinsics camera = camera_for_test(64, 48, 60);
  const MeshView view =
      view_mesh(slanted_triangle(), camera, Eigen::Isometry3d::Identity(), MeshSides::kFronts);
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      // z = 2.5 + x / 4 along the ray x = z u: z = 2.5 / (1 - u / 4).
      const double u = (x - camera.cx) / camera.fx;
      ASSERT_NEAR(view.depth.at(x, y), 2.5 / (1 - u / 4), 1e-4);
    }
  }
}

TEST(MeshView, TheNearestCountsAndBacksMayBeLeftOut) {
  Mesh mesh = slanted_triangle();
  const auto far = static_cast<std::uint32_t>(mesh.vertices.positions_m.size());
  for (int i = 0; i < 3; ++i) {
    mesh.vertices.positions_m.push_back(mesh.vertices.positions_m[static_cast<std::size_t>(i)] * 2);
  }
  mesh.triangles = {{0, 2, 1}, {far, far + 1, far + 2}};
  const Intrinsics camera = camera_for_test(16, 12, 16);
  const auto pose = Eigen::Isometry3d::Identity();
  const MeshView both = view_mesh(mesh, camera, pose, MeshSides::kBoth);
  const MeshView fronts = view_mesh(mesh, camera, pose, MeshSides::kFronts);
  EXPECT_EQ(both.triangle[100], 0);
  EXPECT_EQ(fronts.triangle[100], 1);
  EXPECT_NEAR(fronts.depth.values[100], 2 * both.depth.values[100], 1e-4);
}

TEST(MeshView, WhatIsBehindTheCameraIsNotSeen) {
  Mesh mesh = slanted_triangle();
  for (Vec3f& p : mesh.vertices.positions_m) p.z() -= 100;
  const MeshView view =
      view_mesh(mesh, camera_for_test(16, 12, 16), Eigen::Isometry3d::Identity(), MeshSides::kBoth);
  EXPECT_EQ(*std::max_element(view.depth.values.begin(), view.depth.values.end()), 0);
  EXPECT_EQ(*std::max_element(view.triangle.begin(), view.triangle.end()), -1);
}

TEST(MeshView, AFusedSphereLooksAsItDid) {
  const Eigen::Vector3d center(0.5, 0.5, 0.5);
  const auto surface = testing::sphere(center, 0.4);
  const auto poses = testing::orbit(center, 1.5, 0.3, 8);
  TsdfVolume volume({.voxel_size_m = 0.02, .truncation_m = 0.08});
  for (const auto& pose : poses)
    volume.integrate(testing::exact_view(surface, camera_for_test(), pose));
  const PosedDepth seen = testing::exact_view(surface, camera_for_test(), poses[0]);
  const MeshView view =
      view_mesh(volume.extract_mesh(), camera_for_test(), poses[0], MeshSides::kFronts);
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < seen.depth.values.size(); ++i) {
    if (seen.depth.values[i] == 0 || view.depth.values[i] == 0) continue;
    sum += std::fabs(seen.depth.values[i] - view.depth.values[i]);
    ++count;
  }
  EXPECT_GT(count, 15000);
  EXPECT_LT(sum / count, 0.2 * 0.02);
}

TEST(MeshView, APictureShowsTheInsideOfARoomFromAbove) {
  // The floor at z = 0 faces up, the ceiling at z = 1 faces down and is left out.
  Mesh room;
  room.vertices.positions_m = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                               {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
  room.vertices.colors = std::vector<Rgb8>(4, {255, 0, 0});
  room.vertices.colors.resize(8, {0, 255, 0});
  room.triangles = {{0, 1, 2}, {0, 2, 3}, {4, 6, 5}, {4, 7, 6}};
  const Image picture = picture_of_mesh(room, {0, 0, 1}, {1, 0, 0}, 80, 60);
  double red = 0;
  double green = 0;
  int background = 0;
  for (std::size_t i = 0; i < picture.pixel_count(); ++i) {
    const float* rgb = picture.rgb.data() + 3 * i;
    if (std::equal(rgb, rgb + 3, picture.rgb.begin())) {
      ++background;
      continue;
    }
    red += rgb[0];
    green += rgb[1];
  }
  EXPECT_GT(red, 100);
  EXPECT_EQ(green, 0);
  EXPECT_GT(background, 500) << "the whole of it fits";
  EXPECT_THROW(picture_of_mesh({}, {0, 0, 1}, {1, 0, 0}, 80, 60), Error);
}

}  // namespace
}  // namespace promptdepth
