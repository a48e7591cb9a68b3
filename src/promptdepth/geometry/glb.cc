#include "promptdepth/geometry/glb.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using Json = nlohmann::json;

// glTF 2.0, sections 3.6 (accessors), 3.7 (meshes), 3.11 (animations) and 4.4 (GLB).
constexpr std::uint32_t kMagic = 0x46546C67;
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kJsonChunk = 0x4E4F534A;
constexpr std::uint32_t kBinaryChunk = 0x004E4942;
constexpr std::size_t kMostBytes = std::numeric_limits<std::uint32_t>::max() - (1U << 24);
constexpr int kUnsignedShort = 5123;
constexpr int kUnsignedInt = 5125;
constexpr int kFloat = 5126;
constexpr int kPoints = 0;
constexpr int kTriangles = 4;
constexpr int kUnlitMaterial = 0;
constexpr int kLitMaterial = 1;

void pad(std::vector<std::byte>& bytes, char with) {
  while (bytes.size() % 4 != 0) bytes.push_back(static_cast<std::byte>(with));
}

template <typename T>
void append(std::vector<std::byte>& out, const T& value) {
  const std::size_t end = out.size();
  out.resize(end + sizeof(T));
  std::memcpy(out.data() + end, &value, sizeof(T));
}

void append_chunk(std::vector<std::byte>& out, std::uint32_t type,
                  std::span<const std::byte> content) {
  append(out, static_cast<std::uint32_t>(content.size()));
  append(out, type);
  out.insert(out.end(), content.begin(), content.end());
}

/// The linear light of an 8-bit sRGB value, in 65535ths.
std::array<std::uint16_t, 256> linear_of_srgb() {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double s = static_cast<double>(i) / 255.0;
    const double linear = s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
    table[i] = static_cast<std::uint16_t>(std::lround(65535.0 * linear));
  }
  return table;
}

/// Red, green, blue and an opacity of one.
std::vector<std::array<std::uint16_t, 4>> linear_colors(const std::vector<Rgb8>& colors) {
  const std::array<std::uint16_t, 256> linear = linear_of_srgb();
  std::vector<std::array<std::uint16_t, 4>> result;
  result.reserve(colors.size());
  for (const Rgb8& c : colors) {
    result.push_back({linear[c[0]], linear[c[1]], linear[c[2]], 65535});
  }
  return result;
}

Json list_of(const Vec3f& v) { return Json::array({v.x(), v.y(), v.z()}); }

Json new_document() {
  Json json = {
      {"asset", {{"version", "2.0"}, {"generator", "promptdepth"}}},
      {"extensionsUsed", Json::array({"KHR_materials_unlit"})},
      {"scene", 0},
      {"scenes", Json::array({Json{{"nodes", Json::array()}}})},
      {"nodes", Json::array()},
      {"meshes", Json::array()},
      {"accessors", Json::array()},
      {"bufferViews", Json::array()},
  };
  const Json surface = {{"metallicFactor", 0.0}, {"roughnessFactor", 1.0}};
  const Json lit = {{"doubleSided", true}, {"pbrMetallicRoughness", surface}};
  Json unlit = lit;
  unlit["extensions"]["KHR_materials_unlit"] = Json::object();
  json["materials"] = Json::array({unlit, lit});
  return json;
}

}  // namespace

struct GlbBuilder::Document {
  Json json = new_document();
  std::vector<std::byte> binary = {};
};

GlbBuilder::GlbBuilder() : document_(std::make_unique<Document>()) {}
GlbBuilder::~GlbBuilder() = default;

int GlbBuilder::add_accessor(std::span<const std::byte> data, int component_type, const char* type,
                             std::size_t count) {
  Json& json = document_->json;
  std::vector<std::byte>& binary = document_->binary;
  if (data.size() > kMostBytes - std::min(binary.size(), kMostBytes)) {
    fail(ErrorKind::kUnsupported,
         "expected at most 4 GiB in a .glb file, found more; .ply has no such limit");
  }
  json["bufferViews"].push_back(
      Json{{"buffer", 0}, {"byteOffset", binary.size()}, {"byteLength", data.size()}});
  binary.insert(binary.end(), data.begin(), data.end());
  pad(binary, 0);
  json["accessors"].push_back(Json{{"bufferView", json["bufferViews"].size() - 1},
                                   {"componentType", component_type},
                                   {"type", type},
                                   {"count", count}});
  return static_cast<int>(json["accessors"].size()) - 1;
}

int GlbBuilder::add_mesh(const Mesh& mesh) {
  const PointCloud& vertices = mesh.vertices;
  const std::size_t count = vertices.positions_m.size();
  if (count == 0) {
    fail(ErrorKind::kInvalidArgument, "expected vertices for a .glb file, found none");
  }
  Json& json = document_->json;
  Json attributes;
  const int positions =
      add_accessor(std::as_bytes(std::span(vertices.positions_m)), kFloat, "VEC3", count);
  const Eigen::AlignedBox3f box = bounds(vertices);
  json["accessors"][positions]["min"] = list_of(box.min());
  json["accessors"][positions]["max"] = list_of(box.max());
  attributes["POSITION"] = positions;
  const bool colored = !vertices.colors.empty();
  if (colored) {
    const auto colors = linear_colors(vertices.colors);
    const int accessor =
        add_accessor(std::as_bytes(std::span(colors)), kUnsignedShort, "VEC4", count);
    json["accessors"][accessor]["normalized"] = true;
    attributes["COLOR_0"] = accessor;
  } else if (!mesh.triangles.empty()) {
    const std::vector<Vec3f> normals = vertex_normals(mesh);
    attributes["NORMAL"] = add_accessor(std::as_bytes(std::span(normals)), kFloat, "VEC3", count);
  }
  Json primitive = {{"attributes", attributes},
                    {"material", colored ? kUnlitMaterial : kLitMaterial},
                    {"mode", mesh.triangles.empty() ? kPoints : kTriangles}};
  if (!mesh.triangles.empty()) {
    primitive["indices"] = add_accessor(std::as_bytes(std::span(mesh.triangles)), kUnsignedInt,
                                        "SCALAR", 3 * mesh.triangles.size());
  }
  json["meshes"].push_back(Json{{"primitives", Json::array({primitive})}});
  return static_cast<int>(json["meshes"].size()) - 1;
}

void GlbBuilder::add_node(int mesh) {
  Json& json = document_->json;
  json["scenes"][0]["nodes"].push_back(json["nodes"].size());
  json["nodes"].push_back(Json{{"mesh", mesh}});
}

void GlbBuilder::add_timed_node(int mesh, double start_s, double end_s) {
  Json& json = document_->json;
  const std::size_t node = json["nodes"].size();
  add_node(mesh);
  // A thing of size 0 is not seen. Stepwise: it has its size from one key to the next.
  const std::array<float, 3> times = {0.0F, static_cast<float>(start_s), static_cast<float>(end_s)};
  const bool from_the_start = start_s <= 0.0;
  const std::size_t keys = from_the_start ? 2 : 3;
  const std::size_t first = from_the_start ? 1 : 0;
  const std::array<Vec3f, 3> scales = {Vec3f::Zero(), Vec3f::Ones(), Vec3f::Zero()};
  const int input =
      add_accessor(std::as_bytes(std::span(times).subspan(first, keys)), kFloat, "SCALAR", keys);
  json["accessors"][input]["min"] = Json::array({times[first]});
  json["accessors"][input]["max"] = Json::array({times[2]});
  const int output =
      add_accessor(std::as_bytes(std::span(scales).subspan(first, keys)), kFloat, "VEC3", keys);
  if (!json.contains("animations")) {
    json["animations"] = Json::array(
        {Json{{"name", "recording"}, {"samplers", Json::array()}, {"channels", Json::array()}}});
  }
  Json& animation = json["animations"][0];
  animation["channels"].push_back(Json{{"sampler", animation["samplers"].size()},
                                       {"target", {{"node", node}, {"path", "scale"}}}});
  animation["samplers"].push_back(
      Json{{"input", input}, {"output", output}, {"interpolation", "STEP"}});
}

std::vector<std::byte> GlbBuilder::encode() const {
  Json json = document_->json;
  json["buffers"] = Json::array({Json{{"byteLength", document_->binary.size()}}});
  const std::string text = json.dump();
  std::vector<std::byte> json_bytes(text.size());
  std::memcpy(json_bytes.data(), text.data(), text.size());
  pad(json_bytes, ' ');
  constexpr std::size_t kHeaders = 12 + 8 + 8;
  const std::size_t total = kHeaders + json_bytes.size() + document_->binary.size();
  std::vector<std::byte> content;
  content.reserve(total);
  append(content, kMagic);
  append(content, kVersion);
  append(content, static_cast<std::uint32_t>(total));
  append_chunk(content, kJsonChunk, json_bytes);
  append_chunk(content, kBinaryChunk, document_->binary);
  return content;
}

}  // namespace promptdepth
