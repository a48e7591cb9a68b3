#include "promptdepth/fusion/tsdf_volume.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/fusion/exact_views_for_test.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::box;
using testing::camera_for_test;
using testing::exact_view;
using ::testing::HasSubstr;
using testing::looking_at;
using testing::orbit;
using testing::plane;
using testing::sphere;

constexpr TsdfOptions kOptions{.voxel_size_m = 0.02, .truncation_m = 0.08};

Mesh fuse(const testing::Surface& surface, const std::vector<Eigen::Isometry3d>& poses,
          const TsdfOptions& options = kOptions) {
  TsdfVolume volume(options);
  for (const auto& pose : poses) volume.integrate(exact_view(surface, camera_for_test(), pose));
  return volume.extract_mesh();
}

struct Errors {
  double mean_m = 0;
  double worst_of_99_percent_m = 0;
  double worst_m = 0;
};

/// Of |signed_distance(vertex)|.
template <typename Distance>
Errors errors_of(const Mesh& mesh, const Distance& signed_distance) {
  std::vector<double> errors;
  for (const Vec3f& vertex : mesh.vertices.positions_m) {
    errors.push_back(std::fabs(signed_distance(vertex.cast<double>())));
  }
  std::sort(errors.begin(), errors.end());
  const double sum = std::accumulate(errors.begin(), errors.end(), 0.0);
  return {sum / static_cast<double>(errors.size()), errors[errors.size() * 99 / 100],
          errors.back()};
}

double area_of(const Mesh& mesh) {
  double doubled = 0;
  for (const Triangle& triangle : mesh.triangles) {
    doubled += doubled_area_normal(mesh, triangle).norm();
  }
  return doubled / 2;
}

/// Positive when the fronts are outside (the divergence theorem).
double signed_volume_of(const Mesh& mesh) {
  double sixfold = 0;
  const auto& at = mesh.vertices.positions_m;
  for (const Triangle& t : mesh.triangles) {
    sixfold += at[t[0]].cast<double>().dot(at[t[1]].cast<double>().cross(at[t[2]].cast<double>()));
  }
  return sixfold / 6;
}

/// How many edges have a triangle on one side only.
std::size_t open_edges(const Mesh& mesh) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> balance;
  for (const Triangle& t : mesh.triangles) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t a = t[i];
      const std::uint32_t b = t[(i + 1) % 3];
      balance[{std::min(a, b), std::max(a, b)}] += a < b ? 1 : -1;
    }
  }
  return static_cast<std::size_t>(std::count_if(balance.begin(), balance.end(),
                                                [](const auto& edge) { return edge.second != 0; }));
}

TEST(TsdfVolume, APlaneSeenStraightOnIsExact) {
  // Off the grid on purpose. Every pixel and every voxel in front of it has its exact distance.
  const Mesh mesh = fuse(plane({0, 0, 1}, 2.013), {Eigen::Isometry3d::Identity()});
  ASSERT_GT(mesh.triangles.size(), 10000U);
  constexpr double kFloatError = 2e-6;  // Some units in the last place at 2 m.
  EXPECT_LT(errors_of(mesh, [](const Vector3d& p) { return p.z() - 2.013; }).worst_m, kFloatError);
  for (const Triangle& triangle : mesh.triangles) {
    ASSERT_LT(doubled_area_normal(mesh, triangle).z(), 0) << "the front faces the camera";
  }
  const double seen = 2.013 * 2.013 * 319 / 280 * 239 / 280;
  EXPECT_NEAR(area_of(mesh), seen, 0.04 * seen) << "a voxel less at the sides";
}

TEST(TsdfVolume, ASlantedPlaneIsFlatToAPartOfAVoxel) {
  const Vector3d normal = Vector3d(0.3, -0.4, 1).normalized();
  const Mesh mesh = fuse(plane(normal, 2.0), {Eigen::Isometry3d::Identity()});
  // A voxel takes the depth of a pixel at most half a pixel away: 2 m / 280 / 2 times the slope.
  const double half_pixel_m = 0.5 * 3.0 / 280 * 0.5;
  const Errors errors = errors_of(mesh, [&](const Vector3d& p) { return normal.dot(p) - 2.0; });
  EXPECT_LT(errors.mean_m, half_pixel_m);
  EXPECT_LT(errors.worst_of_99_percent_m, 2 * half_pixel_m);
}

TEST(TsdfVolume, ASphereFromAllSidesIsClosedRoundAndOutsideOut) {
  const Vector3d center(0.5, 0.5, 0.5);
  std::vector<Eigen::Isometry3d> poses = orbit(center, 1.5, 0.3, 12);
  for (const double height : {-1.5, 1.5}) {
    for (const auto& pose : orbit(center, 0.7, height, 6)) poses.push_back(pose);
  }
  const Mesh mesh = fuse(sphere(center, 0.4), poses);
  EXPECT_EQ(open_edges(mesh), 0U);
  const Errors errors =
      errors_of(mesh, [&](const Vector3d& p) { return (p - center).norm() - 0.4; });
  EXPECT_LT(errors.mean_m, 0.1 * kOptions.voxel_size_m);
  EXPECT_LT(errors.worst_m, kOptions.voxel_size_m);
  constexpr double kPi = std::numbers::pi;
  EXPECT_NEAR(area_of(mesh), 4 * kPi * 0.16, 0.03 * 4 * kPi * 0.16);
  EXPECT_NEAR(signed_volume_of(mesh), 4.0 / 3 * kPi * 0.064, 0.02 * 4.0 / 3 * kPi * 0.064);
}

TEST(TsdfVolume, ABoxSeenFromInsideHasItsWallsWhereTheyAre) {
  const Vector3d low(-1.01, -1.21, -0.71);
  const Vector3d high(1.03, 1.23, 0.75);
  std::vector<Eigen::Isometry3d> poses;
  for (int i = 0; i < 12; ++i) {
    const double angle = 2 * std::numbers::pi * i / 12;
    const Vector3d eye(-0.4 * std::cos(angle), -0.4 * std::sin(angle), 0);
    for (const double pitch : {-0.8, 0.0, 0.8}) {
      poses.push_back(looking_at(eye, {std::cos(angle), std::sin(angle), pitch}));
    }
  }
  const Mesh mesh = fuse(box(low, high), poses);
  const Errors errors = errors_of(mesh, [&](const Vector3d& p) {
    return std::min((p - low).minCoeff(), (high - p).minCoeff());
  });
  EXPECT_LT(errors.mean_m, 0.1 * kOptions.voxel_size_m);
  EXPECT_LT(errors.worst_of_99_percent_m, 0.5 * kOptions.voxel_size_m);
  const Vector3d size = high - low;
  const double area = 2 * (size.x() * size.y() + size.y() * size.z() + size.z() * size.x());
  EXPECT_NEAR(area_of(mesh), area, 0.03 * area);
  EXPECT_LT(signed_volume_of(mesh), 0) << "the fronts are inside";
}

TEST(TsdfVolume, ColoursAreThoseOfTheSurface) {
  const Vector3d center(0.5, 0.5, 0.5);
  const Mesh mesh = fuse(sphere(center, 0.4), orbit(center, 1.5, 0.3, 12));
  ASSERT_EQ(mesh.vertices.colors.size(), mesh.vertices.positions_m.size());
  double sum = 0;
  for (std::size_t i = 0; i < mesh.vertices.colors.size(); ++i) {
    for (int c = 0; c < 3; ++c) {
      sum += std::fabs(mesh.vertices.colors[i][static_cast<std::size_t>(c)] / 255.0 -
                       static_cast<double>(mesh.vertices.positions_m[i][c]));
    }
  }
  // The colour is the position, in metres.
  EXPECT_LT(sum / 3 / static_cast<double>(mesh.vertices.colors.size()),
            0.5 * kOptions.voxel_size_m);
}

TEST(TsdfVolume, HasNoColoursWhereTheOptionsOrTheViewsHaveNone) {
  const auto surface = plane({0, 0, 1}, 1.0);
  TsdfOptions options = kOptions;
  options.color = false;
  EXPECT_TRUE(fuse(surface, {Eigen::Isometry3d::Identity()}, options).vertices.colors.empty());
  TsdfVolume volume(kOptions);
  PosedDepth view = exact_view(surface, camera_for_test(), Eigen::Isometry3d::Identity());
  view.color = {};
  volume.integrate(view);
  EXPECT_TRUE(volume.extract_mesh().vertices.colors.empty());
}

TEST(TsdfVolume, LeavesOutWhatIsNearerOrFartherThanAsked) {
  const auto pose = Eigen::Isometry3d::Identity();
  TsdfOptions options = kOptions;
  options.max_depth_m = 1.9;
  EXPECT_TRUE(fuse(plane({0, 0, 1}, 2.0), {pose}, options).triangles.empty());
  options.max_depth_m = 5;
  options.min_depth_m = 2.1;
  EXPECT_TRUE(fuse(plane({0, 0, 1}, 2.0), {pose}, options).triangles.empty());
  options.min_depth_m = 1.9;
  EXPECT_FALSE(fuse(plane({0, 0, 1}, 2.0), {pose}, options).triangles.empty());
}

TEST(TsdfVolume, HolesAndNonsenseInADepthMapAreNoSurface) {
  PosedDepth view =
      exact_view(plane({0, 0, 1}, 1.0), camera_for_test(), Eigen::Isometry3d::Identity());
  constexpr std::array<float, 4> kNothing = {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN(),
                                             std::numeric_limits<float>::infinity()};
  for (std::size_t i = 0; i < view.depth.values.size(); ++i) view.depth.values[i] = kNothing[i % 4];
  TsdfVolume volume(kOptions);
  volume.integrate(view);
  EXPECT_EQ(volume.block_count(), 0U);
  EXPECT_TRUE(volume.extract_mesh().vertices.positions_m.empty());
}

TEST(TsdfVolume, KeepsOnlyWhatEnoughViewsSaw) {
  const auto surface = plane({0, 0, 1}, 2.0);
  TsdfVolume volume(kOptions);
  const PosedDepth view = exact_view(surface, camera_for_test(), Eigen::Isometry3d::Identity());
  volume.integrate(view);
  EXPECT_FALSE(volume.extract_mesh(1).triangles.empty());
  EXPECT_TRUE(volume.extract_mesh(2).triangles.empty());
  volume.integrate(view);
  EXPECT_EQ(volume.extract_mesh(2).triangles.size(), volume.extract_mesh(1).triangles.size());
}

TEST(TsdfVolume, IsTheSameWithEveryNumberOfThreads) {
  const int before = thread_count();
  const Vector3d center(0.5, 0.5, 0.5);
  std::vector<Mesh> meshes;
  for (const int threads : {1, 3}) {
    set_thread_count(threads);
    meshes.push_back(fuse(sphere(center, 0.4), orbit(center, 1.5, 0.3, 5)));
  }
  set_thread_count(before);
  EXPECT_EQ(meshes[0].vertices.positions_m, meshes[1].vertices.positions_m);
  EXPECT_EQ(meshes[0].vertices.colors, meshes[1].vertices.colors);
  EXPECT_EQ(meshes[0].triangles, meshes[1].triangles);
}

TEST(TsdfVolume, StopsBeforeItsLimitAndStaysAsItWas) {
  TsdfOptions options = kOptions;
  options.memory_limit_gb = 0.02;
  TsdfVolume volume(options);
  volume.integrate(
      exact_view(sphere({0, 0, 2}, 0.1), camera_for_test(), Eigen::Isometry3d::Identity()));
  const std::size_t blocks = volume.block_count();
  ASSERT_GT(blocks, 0U);
  try {
    volume.integrate(
        exact_view(plane({0, 0, 1}, 4), camera_for_test(), Eigen::Isometry3d::Identity()));
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutOfMemory);
    EXPECT_THAT(error.what(), HasSubstr("at most 0.02 GB"));
  }
  EXPECT_EQ(volume.block_count(), blocks);
  EXPECT_LT(volume.memory_bytes(), 20'000'000U);
}

TEST(TsdfVolume, RefusesViewsThatAreNone) {
  TsdfVolume volume(kOptions);
  const PosedDepth view =
      exact_view(plane({0, 0, 1}, 1.0), camera_for_test(), Eigen::Isometry3d::Identity());
  const auto refused = [&](const auto& change) {
    PosedDepth bad = view;
    change(bad);
    EXPECT_THROW(volume.integrate(bad), Error);
  };
  refused([](PosedDepth& v) { v.intrinsics.width = 100; });
  refused([](PosedDepth& v) { v.intrinsics.fx = 0; });
  refused([](PosedDepth& v) { v.color = Image(2, 2); });
  refused([](PosedDepth& v) { v.world_from_camera.matrix()(0, 0) = std::nan(""); });
  refused([](PosedDepth& v) { v.world_from_camera.linear() *= 1.1; });
  refused([](PosedDepth& v) { v.world_from_camera.linear().col(0) *= -1; });
  refused([](PosedDepth& v) { v.world_from_camera.translation().x() = 1e9; });
  EXPECT_EQ(volume.block_count(), 0U);
}

}  // namespace
}  // namespace promptdepth
