#include "promptdepth/capture/inspection.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/box_room_for_test.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/recording.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A walk through the room as files; the middle of each map has been measured with confidence.
Recording walk(const TestFolder& folder, int count) {
  folder.image("image.png", ramp_image(128, 96));
  write_confidence(folder.file("confidence.png"),
                   map_of(64, 48, [](int x, int) { return x < 32 ? 1.0F : 2.0F; }));
  Recording recording{.format = "made up", .folder = folder.path()};
  for (int i = 0; i < count; ++i) {
    Frame frame = box_room_frame(i);
    for (int x = 0; x < 64; ++x) {
      for (int y = 0; y < 12; ++y) frame.prompt.at(x, y) = 0;
    }
    const std::string depth = fmt::format("depth/{}.png", i);
    folder.depth(depth, frame.prompt);
    recording.frames.push_back({.name = frame.name,
                                .image = "image.png",
                                .depth = depth,
                                .confidence = "confidence.png",
                                .intrinsics = frame.intrinsics,
                                .world_from_camera = frame.world_from_camera,
                                .time_s = frame.time_s});
  }
  return recording;
}

TEST(Inspection, SumsUpARecording) {
  const TestFolder folder;
  const auto capture = capture_of(walk(folder, 40));
  const Inspection inspection = inspect_capture(*capture, 1000);
  EXPECT_EQ(inspection.format, "made up");
  EXPECT_EQ(inspection.frames, 40U);
  EXPECT_EQ(inspection.looked_at, 40U);
  EXPECT_EQ(inspection.picture_width, 128);
  EXPECT_EQ(inspection.prompt_height, 48);
  EXPECT_EQ(inspection.intrinsics->width, 128);
  EXPECT_NEAR(inspection.rate_hz, 10, 1e-6);
  EXPECT_NEAR(inspection.duration_s, 3.9, 1e-9);
  EXPECT_NEAR(inspection.valid_share, 0.75, 1e-9);
  EXPECT_NEAR(*inspection.confident_share, 0.5, 1e-9);
  EXPECT_EQ(inspection.posed_share, 1);
  double path_m = 0;
  for (int i = 1; i < 40; ++i) {
    path_m += (box_room_frame(i).world_from_camera->translation() -
               box_room_frame(i - 1).world_from_camera->translation())
                  .norm();
  }
  EXPECT_NEAR(inspection.path_m, path_m, 1e-9);
  EXPECT_LT(inspection.near_m, inspection.median_m);
  EXPECT_LT(inspection.median_m, inspection.far_m);
  EXPECT_LT(inspection.far_m, 5);
  EXPECT_EQ(inspection.pose_check.verdict, PoseVerdict::kAgree);
  EXPECT_TRUE(inspection.problems.empty());
}

TEST(Inspection, LooksAtAPartOfALongRecording) {
  const TestFolder folder;
  const auto capture = capture_of(walk(folder, 40));
  std::int64_t last = 0;
  const Inspection inspection =
      inspect_capture(*capture, 10, [&](std::int64_t done, std::int64_t total, std::string_view) {
        EXPECT_EQ(total, 10);
        last = done;
      });
  EXPECT_EQ(inspection.looked_at, 10U);
  EXPECT_EQ(last, 10);
  EXPECT_NEAR(inspection.rate_hz, 10, 1e-6);
}

TEST(Inspection, HoldsTheProblemsOfListingAndReading) {
  const TestFolder folder;
  Recording recording = walk(folder, 10);
  recording.frames[3].world_from_camera.reset();
  folder.text("depth/5.png", "");
  const Inspection inspection = inspect_capture(*capture_of(std::move(recording)), 100);
  EXPECT_EQ(inspection.looked_at, 9U);
  EXPECT_THAT(inspection.problems, ElementsAre("frames without a pose: 1, frame 3",
                                               HasSubstr("frames skipped: 1, frame 5")));
  EXPECT_NEAR(inspection.posed_share, 8.0 / 9, 1e-9);
}

TEST(Inspection, RefusesARecordingOfWhichNothingCanBeRead) {
  const TestFolder folder;
  Recording recording = walk(folder, 2);
  folder.text("depth/0.png", "");
  folder.text("depth/1.png", "");
  const auto capture = capture_of(std::move(recording));
  EXPECT_THROW(inspect_capture(*capture, 100), Error);
}

TEST(Inspection, FindsTheRealRecordingsPosesInOrder) {
  const auto path = std::filesystem::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data/rgbd_sequence";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no '" << path.string() << "'";
  const Inspection inspection = inspect_capture(*open_capture(path), 100);
  EXPECT_EQ(inspection.pose_check.verdict, PoseVerdict::kAgree);
  EXPECT_FALSE(inspection.pose_check.better_reading);
}

}  // namespace
}  // namespace promptdepth
