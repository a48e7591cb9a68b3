#include "promptdepth/fusion/surface_samples.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

/// areas[i]: of the triangles 0 to i together, doubled.
std::vector<double> cumulative_areas(const Mesh& mesh) {
  std::vector<double> areas;
  areas.reserve(mesh.triangles.size());
  double sum = 0;
  for (const Triangle& triangle : mesh.triangles) {
    sum += static_cast<double>(doubled_area_normal(mesh, triangle).norm());
    areas.push_back(sum);
  }
  return areas;
}

/// Uniform in the triangle (Osada et al. 2002).
Vec3f point_in(const Mesh& mesh, const Triangle& triangle, Random& random) {
  const std::vector<Vec3f>& at = mesh.vertices.positions_m;
  const float root = std::sqrt(random.uniform());
  const float share = random.uniform();
  return (1 - root) * at[triangle[0]] + root * (1 - share) * at[triangle[1]] +
         root * share * at[triangle[2]];
}

using Cube = std::array<std::int64_t, 3>;

Cube cube_of(const Vec3f& point, float size_m) {
  Cube cube{};
  for (int axis = 0; axis < 3; ++axis) {
    cube[static_cast<std::size_t>(axis)] =
        static_cast<std::int64_t>(std::floor(static_cast<double>(point[axis]) / size_m));
  }
  return cube;
}

}  // namespace

std::vector<Vec3f> sample_surface(const Mesh& mesh, std::size_t count, std::uint64_t seed) {
  if (mesh.triangles.empty()) return mesh.vertices.positions_m;
  const std::vector<double> areas = cumulative_areas(mesh);
  if (!(areas.back() > 0)) {
    fail(ErrorKind::kInvalidData, "expected triangles with an area, found none");
  }
  Random random(seed);
  std::vector<Vec3f> points;
  points.reserve(count);
  std::size_t triangle = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = (static_cast<double>(i) + static_cast<double>(random.uniform())) /
                         static_cast<double>(count);
    while (triangle + 1 < areas.size() && areas[triangle] <= share * areas.back()) ++triangle;
    points.push_back(point_in(mesh, mesh.triangles[triangle], random));
  }
  return points;
}

std::vector<Vec3f> downsample(const std::vector<Vec3f>& points, float cube_size_m) {
  if (!(cube_size_m > 0)) {
    fail(ErrorKind::kInvalidArgument, "expected cubes larger than 0 m, found {}", cube_size_m);
  }
  std::vector<std::pair<Cube, std::size_t>> order;
  order.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    order.emplace_back(cube_of(points[i], cube_size_m), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Vec3f> means;
  for (std::size_t i = 0; i < order.size();) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    std::size_t end = i;
    for (; end < order.size() && order[end].first == order[i].first; ++end) {
      sum += points[order[end].second].cast<double>();
    }
    means.push_back((sum / static_cast<double>(end - i)).cast<float>());
    i = end;
  }
  return means;
}

std::vector<Vec3f> crop(const std::vector<Vec3f>& points, const Eigen::AlignedBox3f& box) {
  std::vector<Vec3f> inside;
  std::copy_if(points.begin(), points.end(), std::back_inserter(inside),
               [&](const Vec3f& point) { return box.contains(point); });
  return inside;
}

}  // namespace promptdepth
