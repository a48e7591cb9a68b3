#include "promptdepth/geometry/mesh_files.h"

#include <cstring>
#include <iterator>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/geometry/glb.h"
#include "promptdepth/image/file_ending.h"

namespace promptdepth {
namespace {

constexpr std::string_view kPlyHeaderEnd = "end_header\n";

std::size_t header_end(std::span<const std::byte> ply) {
  const std::string_view text(reinterpret_cast<const char*>(ply.data()), ply.size());
  return text.find(kPlyHeaderEnd);
}

}  // namespace

std::vector<std::byte> encode_ply(const Mesh& mesh) {
  const std::vector<std::byte> cloud = encode_ply(mesh.vertices);
  const std::size_t end = header_end(cloud);
  const std::string faces = fmt::format("element face {}\nproperty list uchar int vertex_indices\n",
                                        mesh.triangles.size());
  constexpr std::size_t kFaceBytes = 1 + sizeof(Triangle);
  std::vector<std::byte> content(cloud.size() + faces.size() + kFaceBytes * mesh.triangles.size());
  std::byte* out = content.data();
  const auto append = [&out](const void* data, std::size_t bytes) {
    std::memcpy(out, data, bytes);
    out += bytes;
  };
  append(cloud.data(), end);
  append(faces.data(), faces.size());
  append(cloud.data() + end, cloud.size() - end);
  for (const Triangle& triangle : mesh.triangles) {
    constexpr std::uint8_t kCorners = 3;
    append(&kCorners, sizeof(kCorners));
    append(triangle.data(), sizeof(Triangle));
  }
  return content;
}

std::string encode_obj(const Mesh& mesh) {
  std::string text;
  const auto out = std::back_inserter(text);
  const PointCloud& vertices = mesh.vertices;
  for (std::size_t i = 0; i < vertices.positions_m.size(); ++i) {
    const Vec3f& p = vertices.positions_m[i];
    fmt::format_to(out, "v {} {} {}", p.x(), p.y(), p.z());
    if (!vertices.colors.empty()) {
      const Rgb8& color = vertices.colors[i];
      fmt::format_to(out, " {:.4f} {:.4f} {:.4f}", color[0] / 255.0, color[1] / 255.0,
                     color[2] / 255.0);
    }
    text += '\n';
  }
  for (const Triangle& t : mesh.triangles) {
    fmt::format_to(out, "f {} {} {}\n", std::uint64_t{t[0]} + 1, std::uint64_t{t[1]} + 1,
                   std::uint64_t{t[2]} + 1);
  }
  return text;
}

std::vector<std::byte> encode_glb(const Mesh& mesh) {
  GlbBuilder builder;
  builder.add_node(builder.add_mesh(mesh));
  return builder.encode();
}

void write_mesh(const std::filesystem::path& path, const Mesh& mesh) {
  check_mesh_ending(path);
  const std::string ending = file_ending(path);
  if (ending == ".ply") {
    write_file_atomically(path, encode_ply(mesh));
  } else if (ending == ".obj") {
    write_file_atomically(path, std::string_view(encode_obj(mesh)));
  } else {
    write_file_atomically(path, encode_glb(mesh));
  }
}

void check_mesh_ending(const std::filesystem::path& path) {
  const std::string ending = file_ending(path);
  if (ending != ".ply" && ending != ".obj" && ending != ".glb") {
    fail(ErrorKind::kInvalidArgument,
         "expected a mesh's name to end in .ply, .obj or .glb, found '{}'", path.string());
  }
}

}  // namespace promptdepth
