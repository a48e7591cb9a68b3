#include "promptdepth/geometry/glb.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/geometry/mesh_files.h"

namespace promptdepth {
namespace {

using Json = nlohmann::json;

Mesh colored_triangle() {
  Mesh mesh;
  mesh.vertices.positions_m = {{1, 2, 3}, {-4, 5, 6}, {0, 0, 0}};
  mesh.vertices.colors = {{255, 0, 128}, {0, 0, 0}, {1, 1, 1}};
  mesh.triangles = {{0, 1, 2}};
  return mesh;
}

/// The two chunks of a GLB.
struct Parts {
  Json json;
  std::vector<std::byte> binary;
};

template <typename T>
T number_at(const std::vector<std::byte>& bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

Parts parts_of(const std::vector<std::byte>& glb) {
  EXPECT_EQ(std::memcmp(glb.data(), "glTF", 4), 0);
  EXPECT_EQ(number_at<std::uint32_t>(glb, 4), 2U);
  EXPECT_EQ(number_at<std::uint32_t>(glb, 8), glb.size());
  const auto json_bytes = number_at<std::uint32_t>(glb, 12);
  EXPECT_EQ(json_bytes % 4, 0U);
  EXPECT_EQ(std::memcmp(glb.data() + 16, "JSON", 4), 0);
  const char* text = reinterpret_cast<const char*>(glb.data()) + 20;
  const std::size_t binary = 20 + json_bytes;
  EXPECT_EQ(std::memcmp(glb.data() + binary + 4, "BIN\0", 4), 0);
  EXPECT_EQ(number_at<std::uint32_t>(glb, binary), glb.size() - binary - 8);
  return {Json::parse(text, text + json_bytes),
          {glb.begin() + static_cast<std::ptrdiff_t>(binary) + 8, glb.end()}};
}

/// Where an accessor's numbers begin in the binary chunk.
std::size_t start_of(const Json& json, std::size_t accessor) {
  return json["bufferViews"][json["accessors"][accessor]["bufferView"].get<std::size_t>()]
             ["byteOffset"];
}

TEST(Glb, HoldsPositionsLinearColoursAndIndices) {
  const auto [json, binary] = parts_of(encode_glb(colored_triangle()));
  EXPECT_EQ(json["asset"]["version"], "2.0");
  EXPECT_EQ(json["buffers"][0]["byteLength"], binary.size());
  EXPECT_EQ(json["scenes"][0]["nodes"], Json::array({0}));
  const Json& primitive = json["meshes"][0]["primitives"][0];
  EXPECT_EQ(primitive["mode"], 4);
  const std::size_t positions = primitive["attributes"]["POSITION"];
  EXPECT_EQ(json["accessors"][positions]["count"], 3);
  EXPECT_EQ(json["accessors"][positions]["min"], Json::array({-4.0, 0.0, 0.0}));
  EXPECT_EQ(json["accessors"][positions]["max"], Json::array({1.0, 5.0, 6.0}));
  EXPECT_EQ(number_at<float>(binary, start_of(json, positions) + 12), -4.0F);
  const std::size_t colors = primitive["attributes"]["COLOR_0"];
  EXPECT_EQ(json["accessors"][colors]["normalized"], true);
  const std::size_t at = start_of(json, colors);
  EXPECT_EQ(number_at<std::uint16_t>(binary, at), 65535);
  EXPECT_EQ(number_at<std::uint16_t>(binary, at + 2), 0);
  EXPECT_NEAR(number_at<std::uint16_t>(binary, at + 4) / 65535.0, 0.2159, 1e-4) << "sRGB 128";
  EXPECT_EQ(number_at<std::uint16_t>(binary, at + 6), 65535) << "opaque";
  const std::size_t indices = start_of(json, primitive["indices"]);
  EXPECT_EQ(number_at<std::uint32_t>(binary, indices + 8), 2U);
  const Json& material = json["materials"][primitive["material"].get<std::size_t>()];
  EXPECT_TRUE(material["extensions"].contains("KHR_materials_unlit"));
}

TEST(Glb, EveryPartStaysInsideTheBuffer) {
  const auto [json, binary] = parts_of(encode_glb(colored_triangle()));
  for (const Json& view : json["bufferViews"]) {
    EXPECT_EQ(view["byteOffset"].get<std::size_t>() % 4, 0U);
    EXPECT_LE(view["byteOffset"].get<std::size_t>() + view["byteLength"].get<std::size_t>(),
              binary.size());
  }
}

TEST(Glb, WithoutColoursThereAreNormalsAndLight) {
  Mesh mesh = colored_triangle();
  mesh.vertices.colors.clear();
  const auto [json, binary] = parts_of(encode_glb(mesh));
  const Json& primitive = json["meshes"][0]["primitives"][0];
  EXPECT_FALSE(primitive["attributes"].contains("COLOR_0"));
  EXPECT_TRUE(primitive["attributes"].contains("NORMAL"));
  const Json& material = json["materials"][primitive["material"].get<std::size_t>()];
  EXPECT_FALSE(material.contains("extensions"));
}

TEST(Glb, TimedThingsAreSeenInTheirTimeOnly) {
  Mesh cloud = colored_triangle();
  cloud.triangles.clear();
  GlbBuilder builder;
  builder.add_node(builder.add_mesh(colored_triangle()));
  const int points = builder.add_mesh(cloud);
  builder.add_timed_node(points, 0.0, 0.5);
  builder.add_timed_node(points, 0.5, 1.0);
  const auto [json, binary] = parts_of(builder.encode());
  EXPECT_EQ(json["meshes"][1]["primitives"][0]["mode"], 0);
  const Json& animation = json["animations"][0];
  ASSERT_EQ(animation["channels"].size(), 2U);
  const auto keys = [&](std::size_t channel) {
    const Json& sampler = animation["samplers"][channel];
    EXPECT_EQ(sampler["interpolation"], "STEP");
    const std::size_t times = sampler["input"];
    const std::size_t scales = sampler["output"];
    std::vector<std::pair<float, float>> result;
    for (std::size_t i = 0; i < json["accessors"][times]["count"].get<std::size_t>(); ++i) {
      result.emplace_back(number_at<float>(binary, start_of(json, times) + 4 * i),
                          number_at<float>(binary, start_of(json, scales) + 12 * i));
    }
    return result;
  };
  using Keys = std::vector<std::pair<float, float>>;
  EXPECT_EQ(keys(0), (Keys{{0.0F, 1.0F}, {0.5F, 0.0F}}));
  EXPECT_EQ(keys(1), (Keys{{0.0F, 0.0F}, {0.5F, 1.0F}, {1.0F, 0.0F}}));
  EXPECT_EQ(animation["channels"][1]["target"], (Json{{"node", 2}, {"path", "scale"}}));
}

TEST(Glb, RefusesNothing) { EXPECT_THROW(encode_glb({}), Error); }

}  // namespace
}  // namespace promptdepth
