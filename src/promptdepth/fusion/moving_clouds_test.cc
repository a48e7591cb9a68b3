#include "promptdepth/fusion/moving_clouds.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "promptdepth/base/files.h"
#include "promptdepth/fusion/exact_views_for_test.h"
#include "promptdepth/geometry/ply_reader.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class MovingCloudsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / fmt::format("promptdepth_moving_{}", ::getpid());
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A ball at `x` m, seen from 2 m away.
  static PosedDepth ball(const std::string& name, double x) {
    PosedDepth view =
        testing::exact_view(testing::sphere({x, 0, 0}, 0.3), testing::camera_for_test(64, 48, 60),
                            testing::looking_at({0, -2, 0}, {0, 0, 0}));
    view.name = name;
    return view;
  }

  Json read_json(const std::string& name) const {
    return Json::parse(read_text_file(folder_ / name));
  }

  fs::path folder_;
};

TEST_F(MovingCloudsTest, EveryFrameIsACloudInTheWorldWithItsPose) {
  MovingClouds clouds(folder_, 2);
  clouds.add(ball("a", -0.5), 10.0);
  clouds.add(ball("../b", 0.5), 10.25);
  clouds.finish({});
  const Json frames = read_json("frames.json");
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[1]["file"], ".._b.ply") << "stays in its folder";
  EXPECT_EQ(frames[1]["time_s"], 10.25);
  EXPECT_EQ(frames[1]["world_from_camera"][1][3], -2.0);
  for (const double x : {-0.5, 0.5}) {
    const Mesh cloud = read_ply(folder_ / (x < 0 ? "a.ply" : ".._b.ply"));
    ASSERT_GT(cloud.vertices.positions_m.size(), 100U);
    EXPECT_EQ(cloud.vertices.colors.size(), cloud.vertices.positions_m.size());
    for (const Vec3f& p : cloud.vertices.positions_m) {
      ASSERT_NEAR((p.cast<double>() - Eigen::Vector3d(x, 0, 0)).norm(), 0.3, 1e-5);
    }
  }
}

/// The JSON in a .glb.
Json scene_in(const fs::path& path) {
  const std::vector<std::byte> glb = read_file(path);
  std::uint32_t length = 0;
  std::memcpy(&length, glb.data() + 12, sizeof(length));
  const char* text = reinterpret_cast<const char*>(glb.data()) + 20;
  return Json::parse(text, text + length);
}

TEST_F(MovingCloudsTest, TheAnimationShowsTheMeshAndACloudAtATime) {
  MovingClouds clouds(folder_, 3, 300);
  clouds.add(ball("a", -0.5), std::nullopt);
  clouds.add(ball("nothing", 50), std::nullopt);
  clouds.add(ball("b", 0.5), std::nullopt);
  Mesh floor;
  floor.vertices.positions_m = {{0, 0, -1}, {1, 0, -1}, {0, 1, -1}};
  floor.triangles = {{0, 1, 2}};
  clouds.finish(floor);
  const Json scene = scene_in(folder_ / "scene.glb");
  EXPECT_EQ(scene["nodes"].size(), 3U);
  EXPECT_EQ(scene["animations"][0]["channels"].size(), 2U);
  for (std::size_t i = 1; i < 3; ++i) {
    const std::size_t positions = scene["meshes"][i]["primitives"][0]["attributes"]["POSITION"];
    const int points = scene["accessors"][positions]["count"];
    EXPECT_GT(points, 40);
    EXPECT_LE(points, 100) << "thinned";
  }
  const std::size_t times = scene["animations"][0]["samplers"][1]["input"];
  EXPECT_NEAR(scene["accessors"][times]["max"][0].get<double>(), 3.0 / 30, 1e-6);
}

TEST_F(MovingCloudsTest, NothingAtAllIsNoAnimation) {
  const MovingClouds clouds(folder_, 0);
  clouds.finish({});
  EXPECT_EQ(read_json("frames.json"), Json::array());
  EXPECT_FALSE(fs::exists(folder_ / "scene.glb"));
}

}  // namespace
}  // namespace promptdepth
