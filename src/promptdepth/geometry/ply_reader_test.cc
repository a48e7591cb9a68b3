#include "promptdepth/geometry/ply_reader.h"

#include <algorithm>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/geometry/mesh_files.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Mesh decode(const std::string& text) {
  return decode_ply(std::as_bytes(std::span(text)), "test.ply");
}

Mesh colored_mesh() {
  Mesh mesh;
  mesh.vertices.positions_m = {{1, 2, 3}, {-4, 5.5F, 1e-6F}, {0, 0, 1e6F}, {7, 8, 9}};
  mesh.vertices.colors = {{1, 2, 3}, {0, 0, 0}, {255, 255, 255}, {9, 8, 7}};
  mesh.triangles = {{0, 1, 2}, {3, 2, 1}};
  return mesh;
}

void expect_equal(const Mesh& a, const Mesh& b) {
  EXPECT_EQ(a.vertices.positions_m, b.vertices.positions_m);
  EXPECT_EQ(a.vertices.colors, b.vertices.colors);
  EXPECT_EQ(a.triangles, b.triangles);
}

TEST(PlyReader, ReadsWhatIsWritten) {
  const Mesh mesh = colored_mesh();
  expect_equal(decode_ply(encode_ply(mesh), "memory"), mesh);
  const fs::path path = fs::path(::testing::TempDir()) / "promptdepth_read.ply";
  write_mesh(path, mesh);
  expect_equal(read_ply(path), mesh);
  fs::remove(path);
  EXPECT_THROW(read_ply(path), Error);
}

TEST(PlyReader, ReadsPointCloudsWithoutColours) {
  PointCloud cloud;
  cloud.positions_m = {{1, 2, 3}};
  const Mesh mesh = decode_ply(encode_ply(cloud), "memory");
  EXPECT_EQ(mesh.vertices.positions_m, cloud.positions_m);
  EXPECT_TRUE(mesh.vertices.colors.empty());
  EXPECT_TRUE(mesh.triangles.empty());
}

TEST(PlyReader, ReadsTextPolygonsAndOtherProperties) {
  const Mesh mesh = decode(
      "ply\nformat ascii 1.0\nelement vertex 4\nproperty double z\nproperty float x\n"
      "property float y\nproperty float quality\nproperty float red\nproperty float green\n"
      "property float blue\nelement extra 1\nproperty list int int numbers\nelement face 2\n"
      "property uchar flag\nproperty list uchar int vertex_index\nend_header\n"
      "3 1 2 99 1 0.5 0\n3 4 5 98 0 0 2\n 3 6 7 97 1 1 1\n+3 8 9e0 96 0 0 0\n"
      "3 7 7 7\n"
      "1 4 0 1 2 3\n0 2 0 1");
  EXPECT_EQ(mesh.vertices.positions_m,
            (std::vector<Vec3f>{{1, 2, 3}, {4, 5, 3}, {6, 7, 3}, {8, 9, 3}}));
  EXPECT_EQ(mesh.vertices.colors[0], (Rgb8{255, 128, 0}));
  EXPECT_EQ(mesh.vertices.colors[1], (Rgb8{0, 0, 255})) << "cut to the range";
  EXPECT_EQ(mesh.triangles, (std::vector<Triangle>{{0, 1, 2}, {0, 2, 3}})) << "a fan; no line";
}

TEST(PlyReader, ReadsTheOtherByteOrder) {
  std::string text =
      "ply\nformat binary_big_endian 1.0\nelement vertex 1\nproperty float x\nproperty short y\n"
      "property double z\nend_header\n";
  const auto append = [&](auto value) {
    std::array<char, sizeof(value)> bytes{};
    std::memcpy(bytes.data(), &value, sizeof(value));
    std::reverse(bytes.begin(), bytes.end());
    text.append(bytes.data(), bytes.size());
  };
  append(1.5F);
  append(std::int16_t{-7});
  append(2.25);
  EXPECT_EQ(decode(text).vertices.positions_m[0], Vec3f(1.5F, -7, 2.25F));
}

TEST(PlyReader, RefusesEveryPartOfAFile) {
  const std::vector<std::byte> whole = encode_ply(colored_mesh());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(decode_ply(std::span(whole).first(size), "cut"), Error) << size;
  }
}

void expect_refused(const std::string& text, const std::string& part) {
  try {
    decode(text);
    FAIL() << "expected an error for " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(PlyReader, RefusesNonsense) {
  const std::string vertex =
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\n"
      "property float z\n";
  const std::string face = vertex + "element face 1\nproperty list int int vertex_indices\n";
  expect_refused(vertex + "end_header\n1 nan 2\n", "finite");
  expect_refused(vertex + "end_header\n1 1e99 2\n", "");
  expect_refused(vertex + "end_header\n1 two 2\n", "numbers");
  expect_refused(face + "end_header\n1 1 2\n3 0 0 1\n", "vertices");
  expect_refused(face + "end_header\n1 1 2\n3 0 0 -1\n", "vertices");
  expect_refused(face + "end_header\n1 1 2\n4000000000 0\n", "list");
  expect_refused(face + "end_header\n1 1 2\n-1 0\n", "list");
  expect_refused("ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nend_header\n1\n",
                 "x, y and z");
  expect_refused("ply\nformat ascii 1.0\nend_header\n", "vertices");
}

}  // namespace
}  // namespace promptdepth
