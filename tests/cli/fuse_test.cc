// `fuse` and `compare-meshes`, as a user starts them, on a small recording of a corner of a room.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "program_for_test.h"
#include "promptdepth/base/files.h"
#include "promptdepth/fusion/exact_views_for_test.h"
#include "promptdepth/geometry/ply_reader.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using Eigen::Vector3d;
using ::testing::HasSubstr;

constexpr int kFrames = 6;
const Vector3d kBallCenter(2.0, 0.0, 0.5);

/// A 3DMatch recording: a wall at x = 3, a floor at z = 0, and in front of them a ball.
class FuseVerb : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / fmt::format("promptdepth_fuse_{}", ::getpid());
    for (const char* part : {"capture", "masks", "depth"}) fs::create_directories(folder_ / part);
    write_file_atomically(folder_ / "capture/camera-intrinsics.txt",
                          std::string_view("140 0 79.5\n0 140 59.5\n0 0 1\n"));
    for (int i = 0; i < kFrames; ++i) write_frame(i);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write_frame(int number) const {
    const auto wall = testing::either(testing::plane({1, 0, 0}, 3), testing::plane({0, 0, 1}, 0));
    const auto ball = testing::sphere(kBallCenter, 0.3);
    const Intrinsics camera = testing::camera_for_test(160, 120, 140);
    const auto pose = testing::looking_at({0, 0.1 * number, 1}, {3, 0, 0.5});
    const PosedDepth view = testing::exact_view(testing::either(wall, ball), camera, pose);
    const PosedDepth alone = testing::exact_view(ball, camera, pose);
    const std::string name = fmt::format("frame-{:06}", number);
    write_image(folder_ / "capture" / (name + ".color.png"), view.color);
    write_depth(folder_ / "capture" / (name + ".depth.png"), view.depth);
    write_depth(folder_ / "depth" / (name + ".exr"), view.depth);
    DepthMap mask(160, 120);
    for (std::size_t i = 0; i < mask.values.size(); ++i) mask.values[i] = alone.depth.values[i] > 0;
    write_confidence(folder_ / "masks" / (name + ".png"), mask);
    std::ofstream text(folder_ / "capture" / (name + ".pose.txt"));
    text << pose.matrix() << "\n";
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// How many vertices lie within 5 cm of the ball.
  static std::size_t vertices_on_ball(const Mesh& mesh) {
    std::size_t count = 0;
    for (const Vec3f& p : mesh.vertices.positions_m) {
      count += std::fabs((p.cast<double>() - kBallCenter).norm() - 0.3) < 0.05;
    }
    return count;
  }

  fs::path folder_;
};

TEST_F(FuseVerb, FusesThePromptAndAFolderOfDepthToTheSameSurface) {
  const Outcome prompt = run(fmt::format("fuse '{}' -o '{}' --depth prompt --preview '{}'",
                                         path("capture"), path("a.ply"), path("a.jpg")));
  ASSERT_EQ(prompt.status, 0) << prompt.output;
  EXPECT_THAT(prompt.output, HasSubstr("from 6 frames"));
  EXPECT_FALSE(read_image(path("a.jpg")).image.empty());
  const Outcome folder = run(fmt::format("fuse '{0}' -o '{1}' --depth '{2}'", path("capture"),
                                         path("b.ply"), path("depth")));
  ASSERT_EQ(folder.status, 0) << folder.output;
  const Outcome compared =
      run(fmt::format("compare-meshes '{}' '{}' --samples 20000 --json -o '{}'", path("a.ply"),
                      path("b.ply"), path("error.ply")));
  ASSERT_EQ(compared.status, 0) << compared.output;
  const auto json = nlohmann::json::parse(compared.output);
  EXPECT_GT(json["f_score"], 0.999);
  EXPECT_LT(json["overall_m"], 0.02) << "the samples' distances and the millimetres of the PNG";
  EXPECT_EQ(read_ply(path("error.ply")).triangles, read_ply(path("a.ply")).triangles);
  EXPECT_GT(vertices_on_ball(read_ply(path("a.ply"))), 300U);
}

TEST_F(FuseVerb, PredictsOnTheFlyAndWritesEveryFormat) {
  for (const char* name : {"mesh.obj", "mesh.glb"}) {
    const Outcome outcome = run(fmt::format("fuse '{}' -o '{}' --every 3 --preset paper --no-color",
                                            path("capture"), path(name)));
    ASSERT_EQ(outcome.status, 0) << outcome.output;
    EXPECT_THAT(outcome.output, HasSubstr("from 2 frames"));
    EXPECT_GT(fs::file_size(path(name)), 10000U);
  }
}

TEST_F(FuseVerb, WhatMovesIsKeptOutOfTheMeshAndShownByFrame) {
  const Outcome outcome = run(fmt::format("fuse '{}' -o '{}' --depth prompt --masks '{}'",
                                          path("capture"), path("still.ply"), path("masks")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("moving points"));
  EXPECT_LT(vertices_on_ball(read_ply(path("still.ply"))), 20U);
  const Mesh cloud = read_ply(path("still_moving/frame-000003.ply"));
  EXPECT_GT(cloud.vertices.positions_m.size(), 200U);
  EXPECT_EQ(vertices_on_ball(cloud), cloud.vertices.positions_m.size());
  EXPECT_TRUE(fs::exists(path("still_moving/scene.glb")));
  EXPECT_EQ(nlohmann::json::parse(read_text_file(path("still_moving/frames.json"))).size(),
            static_cast<std::size_t>(kFrames));
}

TEST_F(FuseVerb, LeavesOutBrokenFramesAndSaysSo) {
  fs::remove(path("depth/frame-000002.exr"));
  write_file_atomically(path("depth/frame-000004.exr"), std::string_view("broken"));
  const Outcome outcome = run(
      fmt::format("fuse '{}' -o '{}' --depth '{}'", path("capture"), path("m.ply"), path("depth")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("from 4 frames"));
  EXPECT_THAT(outcome.output, HasSubstr("frames not fused: 2"));
}

TEST_F(FuseVerb, KilledAtAnyMomentItGivesTheSameMeshTheNextTime) {
  const std::string arguments =
      fmt::format("fuse '{}' -o '{}' --depth prompt --voxel 0.01", path("capture"), path("m.ply"));
  ASSERT_EQ(run(arguments).status, 0);
  const std::vector<std::byte> undisturbed = read_file(path("m.ply"));
  fs::remove(path("m.ply"));
  for (const double seconds : {0.02, 0.1, 0.2}) {
    run(arguments, fmt::format("timeout -s KILL {}", seconds));
    if (fs::exists(path("m.ply"))) {
      EXPECT_EQ(read_file(path("m.ply")), undisturbed) << "whole or not there";
    }
  }
  ASSERT_EQ(run(arguments).status, 0);
  EXPECT_EQ(read_file(path("m.ply")), undisturbed);
}

TEST_F(FuseVerb, BothVerbsExplainThemselves) {
  for (const char* verb : {"fuse", "compare-meshes"}) {
    const Outcome help = run(fmt::format("{} --help", verb));
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.output, HasSubstr("Examples:"));
  }
}

TEST_F(FuseVerb, RefusesWithOneSentence) {
  const std::string fuse = fmt::format("fuse '{}' --depth prompt ", path("capture"));
  const auto refused = [&](const std::string& arguments, int status, const std::string& part) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.output;
    EXPECT_THAT(outcome.output, HasSubstr(part));
    EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
    EXPECT_FALSE(fs::exists(path("m.ply")));
  };
  const std::string out = fmt::format("-o '{}' ", path("m.ply"));
  refused(fuse + fmt::format("-o '{}'", path("m.stl")), 2, ".ply, .obj or .glb");
  refused(fuse + out + "--voxel 0", 2, "voxel_size_m");
  refused(fuse + out + "--range 3", 2, "FIRST:END");
  refused(fuse + out + "--range 90:99", 2, "range");
  refused(fuse + out + "--depth-max 0.5", 2, "expected a surface");
  refused(fuse + out + "--memory 0.001", 1, "at most 0.001 GB");
  refused(fmt::format("fuse '{}' {} --depth nowhere", path("capture"), out), 2, "nowhere");
  refused(fmt::format("fuse '{}' {}", path("masks"), out), 2, "masks");
  refused(fmt::format("compare-meshes '{0}' '{0}'", path("capture/camera-intrinsics.txt")), 2,
          "PLY file");
}

}  // namespace
}  // namespace promptdepth
