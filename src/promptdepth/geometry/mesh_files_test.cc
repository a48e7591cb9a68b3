#include "promptdepth/geometry/mesh_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::StartsWith;

Mesh triangle() {
  Mesh mesh;
  mesh.vertices.positions_m = {{1, 2, 3}, {-4, 5.5F, 0.001F}, {0, 0, 0}};
  mesh.triangles = {{0, 1, 2}};
  return mesh;
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(MeshFiles, APlyIsItsVerticesAndThenItsFaces) {
  const Mesh mesh = triangle();
  const std::string header =
      "ply\nformat binary_little_endian 1.0\nelement vertex 3\n"
      "property float x\nproperty float y\nproperty float z\n"
      "element face 1\nproperty list uchar int vertex_indices\nend_header\n";
  const std::string text = text_of(encode_ply(mesh));
  EXPECT_THAT(text, StartsWith(header));
  ASSERT_EQ(text.size(), header.size() + 3 * 12 + 13);
  EXPECT_EQ(text.substr(header.size() + 36), std::string("\3\0\0\0\0\1\0\0\0\2\0\0\0", 13));
}

TEST(MeshFiles, AnObjCountsFromOne) {
  Mesh mesh = triangle();
  EXPECT_EQ(encode_obj(mesh), "v 1 2 3\nv -4 5.5 0.001\nv 0 0 0\nf 1 2 3\n");
  mesh.vertices.colors = {{255, 0, 51}, {0, 0, 0}, {1, 1, 1}};
  EXPECT_THAT(encode_obj(mesh), StartsWith("v 1 2 3 1.0000 0.0000 0.2000\n"));
}

TEST(MeshFiles, TheEndingDecides) {
  const fs::path folder = ::testing::TempDir();
  const Mesh mesh = triangle();
  write_mesh(folder / "promptdepth_m.ply", mesh);
  write_mesh(folder / "promptdepth_m.OBJ", mesh);
  write_mesh(folder / "promptdepth_m.glb", mesh);
  EXPECT_EQ(read_file(folder / "promptdepth_m.ply"), encode_ply(mesh));
  EXPECT_EQ(read_text_file(folder / "promptdepth_m.OBJ"), encode_obj(mesh));
  EXPECT_EQ(read_file(folder / "promptdepth_m.glb"), encode_glb(mesh));
  for (const char* name : {"promptdepth_m.ply", "promptdepth_m.OBJ", "promptdepth_m.glb"}) {
    fs::remove(folder / name);
  }
  EXPECT_THROW(write_mesh(folder / "promptdepth_m.stl", mesh), Error);
  EXPECT_THROW(write_mesh("/nonexistent/m.ply", mesh), Error);
}

}  // namespace
}  // namespace promptdepth
