#include "promptdepth/fusion/mesh_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr float kNear_m = 1e-3F;
constexpr std::array<float, 3> kBackground = {0.80F, 0.84F, 0.89F};  // Neither wall nor shadow.

/// A corner in the picture.
struct Corner {
  float x_px = 0;
  float y_px = 0;
  float inverse_z = 0;
};

/// Twice the area of the triangle a, b, (x, y); positive clockwise on the screen (y is down).
float edge(const Corner& a, const Corner& b, float x, float y) {
  return (b.x_px - a.x_px) * (y - a.y_px) - (b.y_px - a.y_px) * (x - a.x_px);
}

struct PixelRange {
  int first = 0;
  int last = -1;
};

/// Pixel centres between the least and the greatest of three coordinates.
PixelRange pixels_between(float a, float b, float c, int size) {
  const float least = std::clamp(std::min({a, b, c}), -1.0F, static_cast<float>(size));
  const float greatest = std::clamp(std::max({a, b, c}), -1.0F, static_cast<float>(size));
  return {std::max(0, static_cast<int>(std::ceil(least))),
          std::min(size - 1, static_cast<int>(std::floor(greatest)))};
}

void draw(const std::array<Corner, 3>& corners, std::int32_t number, MeshView& view) {
  const auto& [a, b, c] = corners;
  const float area = edge(a, b, c.x_px, c.y_px);
  if (area == 0.0F || !std::isfinite(area)) return;
  const PixelRange rows = pixels_between(a.y_px, b.y_px, c.y_px, view.depth.height);
  const PixelRange columns = pixels_between(a.x_px, b.x_px, c.x_px, view.depth.width);
  for (int y = rows.first; y <= rows.last; ++y) {
    for (int x = columns.first; x <= columns.last; ++x) {
      const auto px = static_cast<float>(x);
      const auto py = static_cast<float>(y);
      const float wa = edge(b, c, px, py) / area;
      const float wb = edge(c, a, px, py) / area;
      const float wc = 1 - wa - wb;
      if (wa < 0 || wb < 0 || wc < 0) continue;
      const float z = 1 / (wa * a.inverse_z + wb * b.inverse_z + wc * c.inverse_z);
      float& nearest = view.depth.at(x, y);
      if (nearest != 0.0F && nearest <= z) continue;
      nearest = z;
      view.triangle[static_cast<std::size_t>(y) * static_cast<std::size_t>(view.depth.width) +
                    static_cast<std::size_t>(x)] = number;
    }
  }
}

/// Axes of a camera that looks along `towards` and down.
Eigen::Matrix3f axes_looking(const Vec3f& up, const Vec3f& towards) {
  const Vec3f vertical = up.normalized();
  Vec3f level = towards - towards.dot(vertical) * vertical;
  if (level.norm() < 1e-3F * towards.norm() || towards.isZero()) level = vertical.unitOrthogonal();
  Eigen::Matrix3f axes;
  axes.col(2) = (level.normalized() - 0.9F * vertical).normalized();
  axes.col(0) = axes.col(2).cross(vertical).normalized();
  axes.col(1) = axes.col(2).cross(axes.col(0));
  return axes;
}

/// Where a camera with these axes and half fields of view sees all of the points.
Vec3f eye_that_sees(const std::vector<Vec3f>& points, const Eigen::Matrix3f& axes, float tan_x,
                    float tan_y) {
  Eigen::AlignedBox3f box;  // In the camera's axes.
  for (const Vec3f& point : points) box.extend(axes.transpose() * point);
  const Vec3f middle = box.center();
  float distance = 0;
  for (const Vec3f& point : points) {
    const Vec3f p = axes.transpose() * point - middle;
    distance =
        std::max({distance, std::fabs(p.x()) / tan_x - p.z(), std::fabs(p.y()) / tan_y - p.z()});
  }
  return axes * (middle - Vec3f(0, 0, 1.05F * distance));
}

std::array<float, 3> mean_color(const Mesh& mesh, const Triangle& triangle) {
  if (mesh.vertices.colors.empty()) return {0.8F, 0.8F, 0.8F};
  std::array<float, 3> color{};
  for (const std::uint32_t vertex : triangle) {
    for (std::size_t c = 0; c < 3; ++c) {
      color[c] += static_cast<float>(mesh.vertices.colors[vertex][c]) / (3 * 255.0F);
    }
  }
  return color;
}

}  // namespace

MeshView view_mesh(const Mesh& mesh, const Intrinsics& intrinsics,
                   const Eigen::Isometry3d& world_from_camera, MeshSides sides) {
  if (intrinsics.width < 1 || intrinsics.height < 1 || !(intrinsics.fx > 0 && intrinsics.fy > 0)) {
    fail(ErrorKind::kInvalidArgument,
         "expected a camera with a size and focal lengths, found none");
  }
  MeshView view{.depth = DepthMap(intrinsics.width, intrinsics.height), .triangle = {}};
  view.triangle.assign(view.depth.values.size(), -1);
  const Eigen::Isometry3f camera_from_world = world_from_camera.inverse().cast<float>();
  std::vector<Corner> corners;
  corners.reserve(mesh.vertices.positions_m.size());
  for (const Vec3f& position : mesh.vertices.positions_m) {
    const Vec3f p = camera_from_world * position;
    const float inverse_z = p.z() >= kNear_m ? 1 / p.z() : 0;
    corners.push_back(
        {static_cast<float>(intrinsics.fx) * p.x() * inverse_z + static_cast<float>(intrinsics.cx),
         static_cast<float>(intrinsics.fy) * p.y() * inverse_z + static_cast<float>(intrinsics.cy),
         inverse_z});
  }
  for (std::size_t i = 0; i < mesh.triangles.size(); ++i) {
    const Triangle& t = mesh.triangles[i];
    const std::array<Corner, 3> of = {corners[t[0]], corners[t[1]], corners[t[2]]};
    const bool behind_camera = of[0].inverse_z == 0 || of[1].inverse_z == 0 || of[2].inverse_z == 0;
    // Counter-clockwise in space is counter-clockwise on the screen, where y is down.
    const bool from_behind = edge(of[0], of[1], of[2].x_px, of[2].y_px) > 0;
    if (behind_camera || (from_behind && sides == MeshSides::kFronts)) continue;
    draw(of, static_cast<std::int32_t>(i), view);
  }
  return view;
}

Image picture_of_mesh(const Mesh& mesh, const Vec3f& up, const Vec3f& towards, int width,
                      int height) {
  if (mesh.triangles.empty()) {
    fail(ErrorKind::kInvalidData,
         "expected a mesh with triangles to make a picture of, found none");
  }
  constexpr float kTanOfHalf = 0.35F;  // Of the shorter side: a long lens distorts little.
  const float half = 0.5F * static_cast<float>(std::min(width, height));
  const double focal = half / kTanOfHalf;
  const Intrinsics camera{focal, focal, 0.5 * (width - 1), 0.5 * (height - 1), width, height};
  const Eigen::Matrix3f axes = axes_looking(up, towards);
  const Vec3f eye = eye_that_sees(mesh.vertices.positions_m, axes,
                                  kTanOfHalf * static_cast<float>(width) / (2 * half),
                                  kTanOfHalf * static_cast<float>(height) / (2 * half));
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  pose.linear() = axes.cast<double>();
  pose.translation() = eye.cast<double>();
  const MeshView view = view_mesh(mesh, camera, pose, MeshSides::kFronts);
  const Vec3f to_camera = -axes.col(2);
  Image picture(width, height);
  for (std::size_t i = 0; i < view.triangle.size(); ++i) {
    std::copy(kBackground.begin(), kBackground.end(),
              picture.rgb.begin() + static_cast<std::ptrdiff_t>(3 * i));
    if (view.triangle[i] < 0) continue;
    const Triangle& triangle = mesh.triangles[static_cast<std::size_t>(view.triangle[i])];
    const Vec3f normal = doubled_area_normal(mesh, triangle).normalized();
    const float light = 0.35F + 0.65F * std::fabs(normal.dot(to_camera));
    const std::array<float, 3> color = mean_color(mesh, triangle);
    for (std::size_t c = 0; c < 3; ++c) picture.rgb[3 * i + c] = light * color[c];
  }
  return picture;
}

}  // namespace promptdepth
