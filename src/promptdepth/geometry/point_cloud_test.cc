#include "promptdepth/geometry/point_cloud.h"

#include <cstring>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr Intrinsics kCamera{50.0, 40.0, 7.5, 5.25, 16, 12};

TEST(Unproject, PutsPixelsOfAPlaneOnThePlane) {
  // n · p = d with n = (0.1, -0.2, 1), d = 2, seen along the ray r = ((u - cx) / fx, ..., 1):
  // z = d / (n · r).
  DepthMap depth(16, 12);
  for (int v = 0; v < 12; ++v) {
    for (int u = 0; u < 16; ++u) {
      const double x = (u - kCamera.cx) / kCamera.fx;
      const double y = (v - kCamera.cy) / kCamera.fy;
      depth.at(u, v) = static_cast<float>(2.0 / (0.1 * x - 0.2 * y + 1.0));
    }
  }
  const PointCloud cloud = unproject(depth, kCamera);
  ASSERT_EQ(cloud.positions_m.size(), 192U);
  EXPECT_TRUE(cloud.colors.empty());
  for (const Vec3f& p : cloud.positions_m) {
    EXPECT_NEAR(0.1F * p.x() - 0.2F * p.y() + p.z(), 2.0F, 1e-5F);
  }
}

TEST(Unproject, LooksRightDownAndForward) {
  const Intrinsics camera{10.0, 10.0, 1.0, 1.0, 3, 3};
  const PointCloud cloud = unproject(DepthMap(3, 3, 5.0F), camera);
  EXPECT_EQ(cloud.positions_m[4], Vec3f(0.0F, 0.0F, 5.0F));
  EXPECT_EQ(cloud.positions_m[5], Vec3f(0.5F, 0.0F, 5.0F));
  EXPECT_EQ(cloud.positions_m[7], Vec3f(0.0F, 0.5F, 5.0F));
}

TEST(Unproject, LeavesOutWhatWasNotMeasured) {
  DepthMap depth(16, 12);
  depth.at(3, 2) = 1.0F;
  depth.at(4, 2) = std::numeric_limits<float>::quiet_NaN();
  depth.at(5, 2) = std::numeric_limits<float>::infinity();
  depth.at(6, 2) = -1.0F;
  Image image(16, 12);
  image.at(3, 2)[0] = 1.0F;
  image.at(3, 2)[1] = 0.5F;
  const PointCloud cloud = unproject(depth, image, kCamera);
  ASSERT_EQ(cloud.positions_m.size(), 1U);
  EXPECT_EQ(cloud.colors, std::vector<Rgb8>{(Rgb8{255, 128, 0})});
}

TEST(Unproject, RefusesOtherSizes) {
  EXPECT_THROW(unproject(DepthMap(8, 6, 1.0F), kCamera), Error);
  EXPECT_THROW(unproject(DepthMap(16, 12, 1.0F), Image(8, 6), kCamera), Error);
  EXPECT_THROW(unproject(DepthMap(16, 12, 1.0F), Intrinsics{}), Error);
}

TEST(Ply, IsTheHeaderAndThePackedVertices) {
  PointCloud cloud;
  cloud.positions_m = {{1.0F, 2.0F, 3.0F}, {-4.0F, 5.5F, 1e-6F}};
  cloud.colors = {{1, 2, 3}, {253, 254, 255}};
  const std::vector<std::byte> bytes = encode_ply(cloud);
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_EQ(text.rfind("ply\nformat binary_little_endian 1.0\nelement vertex 2\n", 0), 0U);
  const std::size_t data = text.find("end_header\n") + std::strlen("end_header\n");
  ASSERT_EQ(bytes.size() - data, 2 * 15U);
  for (std::size_t i = 0; i < 2; ++i) {
    Vec3f position;
    Rgb8 color;
    std::memcpy(position.data(), bytes.data() + data + 15 * i, 12);
    std::memcpy(color.data(), bytes.data() + data + 15 * i + 12, 3);
    EXPECT_EQ(position, cloud.positions_m[i]);
    EXPECT_EQ(color, cloud.colors[i]);
  }
}

TEST(Ply, HasNoColourPropertiesWithoutColours) {
  PointCloud cloud;
  cloud.positions_m = {{1.0F, 2.0F, 3.0F}};
  const std::vector<std::byte> bytes = encode_ply(cloud);
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_EQ(text.find("red"), std::string::npos);
  EXPECT_EQ(text.size(), text.find("end_header\n") + std::strlen("end_header\n") + 12);
}

TEST(Ply, IsWrittenUnderItsOwnEndingOnly) {
  const fs::path path = fs::path(::testing::TempDir()) / "promptdepth_cloud.ply";
  const PointCloud cloud = unproject(DepthMap(16, 12, 1.0F), kCamera);
  write_ply(path, cloud);
  EXPECT_EQ(read_file(path), encode_ply(cloud));
  fs::remove(path);
  EXPECT_THROW(write_ply(fs::path(::testing::TempDir()) / "cloud.obj", cloud), Error);
  EXPECT_THROW(write_ply("/nonexistent/cloud.ply", cloud), Error);
}

}  // namespace
}  // namespace promptdepth
