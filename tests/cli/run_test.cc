// `run`, as a user starts it, on a small recording of a wall.
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_for_test.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kFrames = 6;

/// A 3DMatch recording of a wall at 2 m, by a camera that moves to the right.
class RunVerb : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / "run";
    fs::create_directories(folder_ / "capture");
    write_file_atomically(folder_ / "capture/camera-intrinsics.txt",
                          std::string_view("70 0 39.5\n0 70 29.5\n0 0 1\n"));
    for (int i = 0; i < kFrames; ++i) write_frame(i);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write_frame(int number) const {
    const std::string name = fmt::format("frame-{:06}", number);
    Image image(80, 60);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<float>(i % 7) / 7;
    write_image(folder_ / "capture" / (name + ".color.png"), image);
    write_depth(folder_ / "capture" / (name + ".depth.png"), DepthMap(80, 60, 2.0F));
    std::ofstream text(folder_ / "capture" / (name + ".pose.txt"));
    text << "1 0 0 " << 0.01 * number << "\n0 1 0 0\n0 0 1 0\n0 0 0 1\n";
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string command(const std::string& output) const {
    return fmt::format("run '{}' -o '{}' --temporal motion --no-video", path("capture"),
                       path(output));
  }

  std::map<std::string, std::vector<std::byte>> depth_maps(const std::string& output) const {
    std::map<std::string, std::vector<std::byte>> files;
    for (const auto& entry : fs::directory_iterator(folder_ / output / "depth")) {
      files[entry.path().filename().string()] = read_file(entry.path());
    }
    return files;
  }

  fs::path folder_;
};

TEST_F(RunVerb, GivesEveryFrameDepthAndAVideo) {
  const Outcome outcome =
      run(fmt::format("run '{}' -o '{}' --every 2", path("capture"), path("out")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("3 frames of a recording by 3DMatch"));
  const DepthMap depth = read_depth(path("out/depth/frame-000004.png"));
  EXPECT_EQ(depth.width, 80);
  EXPECT_NEAR(depth.at(40, 30), 2.0, 0.05);
  if (!fs::exists(path("out/video.mp4"))) {
    EXPECT_THAT(outcome.output, HasSubstr("no video: "));
  }
}

TEST_F(RunVerb, KilledAtAnyMomentItEndsTheSame) {
  ASSERT_EQ(run(command("whole")).status, 0);
  for (int tenths = 1; tenths <= 10; ++tenths) {
    run(command("killed"), fmt::format("timeout -s KILL {}", 0.05 * tenths));
  }
  const Outcome outcome = run(command("killed"));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(depth_maps("killed"), depth_maps("whole"));
}

TEST_F(RunVerb, LeavesOutABrokenFrameAndSaysSo) {
  write_file_atomically(path("capture/frame-000002.depth.png"), std::string_view("broken"));
  const Outcome outcome = run(command("out"));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("5 frames"));
  EXPECT_THAT(outcome.output, HasSubstr("frame-000002"));
}

TEST_F(RunVerb, RefusesWithOneSentence) {
  const auto refused = [&](const std::string& arguments, int status, const std::string& part) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.output;
    EXPECT_THAT(outcome.output, HasSubstr(part));
    EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
  };
  refused(command("out") + " --range 9", 2, "FIRST:END");
  refused(command("out") + " --range 5:2", 2, "FIRST:END");
  refused(command("out") + " --motion-frames 0", 2, "1 to 100 frames");
  refused(fmt::format("run '{}' -o '{}' --temporal always", path("capture"), path("out")), 2,
          "off, range, motion or volume");
  refused(command("out") + " --format jpg", 2, ".jpg");
  fs::remove(path("capture/frame-000003.pose.txt"));
  const Outcome without_pose = run(command("out"));
  EXPECT_EQ(without_pose.status, 2) << without_pose.output;
  EXPECT_THAT(without_pose.output, HasSubstr("--temporal range needs none"));
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(RunVerb, ExplainsItself) { EXPECT_THAT(run("run --help").output, HasSubstr("Examples:")); }

}  // namespace
}  // namespace promptdepth
