#include "promptdepth/geometry/mesh.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

/// Two triangles with the edge from (0, 0, 0) to (2, 0, 0): one of area 2 in the plane z = 0, seen
/// from above, and one of area 1 in the plane y = 0, seen from -y.
Mesh corner() {
  Mesh mesh;
  mesh.vertices.positions_m = {{0, 0, 0}, {2, 0, 0}, {0, 2, 0}, {0, 0, 1}, {9, -1, 9}};
  mesh.triangles = {{0, 1, 2}, {0, 1, 3}};
  return mesh;
}

TEST(Mesh, NormalsAreTwiceTheAreaAndPointToTheFront) {
  const Mesh mesh = corner();
  EXPECT_EQ(doubled_area_normal(mesh, mesh.triangles[0]), Vec3f(0, 0, 4));
  EXPECT_EQ(doubled_area_normal(mesh, mesh.triangles[1]), Vec3f(0, -2, 0));
}

TEST(Mesh, VertexNormalsAreWeightedByArea) {
  const std::vector<Vec3f> normals = vertex_normals(corner());
  EXPECT_TRUE(normals[0].isApprox(Vec3f(0, -1, 2).normalized()));
  EXPECT_TRUE(normals[1].isApprox(normals[0]));
  EXPECT_EQ(normals[2], Vec3f(0, 0, 1));
  EXPECT_EQ(normals[3], Vec3f(0, -1, 0));
  EXPECT_EQ(normals[4], Vec3f(0, 0, 0)) << "a vertex without a triangle";
}

TEST(Mesh, BoundsHoldEveryPoint) {
  const Eigen::AlignedBox3f box = bounds(corner().vertices);
  EXPECT_EQ(box.min(), Vec3f(0, -1, 0));
  EXPECT_EQ(box.max(), Vec3f(9, 2, 9));
  EXPECT_TRUE(bounds({}).isEmpty());
}

}  // namespace
}  // namespace promptdepth
