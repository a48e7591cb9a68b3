#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

Vec3f doubled_area_normal(const Mesh& mesh, const Triangle& triangle) {
  const std::vector<Vec3f>& at = mesh.vertices.positions_m;
  const Vec3f& a = at[triangle[0]];
  return (at[triangle[1]] - a).cross(at[triangle[2]] - a);
}

std::vector<Vec3f> vertex_normals(const Mesh& mesh) {
  std::vector<Vec3f> normals(mesh.vertices.positions_m.size(), Vec3f::Zero());
  for (const Triangle& triangle : mesh.triangles) {
    const Vec3f normal = doubled_area_normal(mesh, triangle);
    for (const std::uint32_t vertex : triangle) normals[vertex] += normal;
  }
  for (Vec3f& normal : normals) {
    const float length = normal.norm();
    if (length > 0.0F) normal /= length;
  }
  return normals;
}

Eigen::AlignedBox3f bounds(const PointCloud& cloud) {
  Eigen::AlignedBox3f box;
  for (const Vec3f& point : cloud.positions_m) box.extend(point);
  return box;
}

}  // namespace promptdepth
