#include "promptdepth/capture/threedmatch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kWidth = 32;
constexpr int kHeight = 24;

void write_frame(const TestFolder& folder, int number) {
  const std::string base = fmt::format("frame-{:06}.", number);
  folder.image(base + "color.png", ramp_image(kWidth, kHeight));
  DepthMap depth = map_of(kWidth, kHeight, [&](int x, int) {
    return 1 + 0.1F * static_cast<float>(number) + 0.01F * static_cast<float>(x);
  });
  depth.at(0, 0) = 0;
  depth.at(1, 0) = 70;  // Saturates at 65535.
  folder.depth(base + "depth.png", depth);
  folder.text(base + "pose.txt", fmt::format("0 -1 0 {} \n 1 0 0 2\n0 0 1 3\n0 0 0 1\n", number));
}

TEST(ThreeDMatch, ReadsPictureDepthPoseAndCamera) {
  const TestFolder folder;
  for (const int number : {150, 151, 152}) write_frame(folder, number);
  folder.text("camera-intrinsics.txt", " 5.0e+01 0 1.6e+01\n 0 51 12 \n 0 0 1\n");
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "3DMatch");
  ASSERT_EQ(capture->size(), 3U);
  EXPECT_EQ(capture->frame_name(1), "frame-000151");
  EXPECT_THAT(capture->problems(), IsEmpty());

  const auto stream = capture->stream({.first = 1});
  const auto frame = stream->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->name, "frame-000151");
  EXPECT_EQ(frame->image.rgb, ramp_image(kWidth, kHeight).rgb);
  EXPECT_NEAR(frame->prompt.at(5, 3), 16.15, 1e-5);
  EXPECT_EQ(frame->prompt.at(0, 0), 0);
  EXPECT_EQ(frame->prompt.at(1, 0), 0);
  EXPECT_EQ(frame->intrinsics->fy, 51);
  EXPECT_EQ(frame->intrinsics->width, kWidth);
  EXPECT_EQ(*frame->world_from_camera * Eigen::Vector3d(1, 0, 0), Eigen::Vector3d(151, 3, 3));
  EXPECT_EQ(stream->next()->name, "frame-000152");
  EXPECT_FALSE(stream->next());
  EXPECT_THAT(stream->problems(), IsEmpty());
}

TEST(ThreeDMatch, FindsTheCameraInTheFolderAbove) {
  const TestFolder folder;
  folder.image("seq/frame-000000.color.jpg", ramp_image(kWidth, kHeight));
  folder.depth("seq/frame-000000.depth.png", DepthMap(kWidth, kHeight, 2));
  folder.text("camera-intrinsics.txt", "50 0 16 0 51 12 0 0 1");
  const auto frame = open_capture(folder.path())->stream({})->next();
  EXPECT_EQ(frame->intrinsics->fx, 50);
  EXPECT_FALSE(frame->world_from_camera);
}

TEST(ThreeDMatch, WithoutACameraTakesThatOfSevenScenes) {
  const TestFolder folder;
  write_frame(folder, 0);
  const auto capture = open_capture(folder.path());
  EXPECT_THAT(capture->problems(), ElementsAre(HasSubstr("7-Scenes")));
  EXPECT_EQ(capture->stream({})->next()->intrinsics->fx, 585.0 * kWidth / 640);
}

TEST(ThreeDMatch, NamesOnceWhatIsMissingAndSkipsIt) {
  const TestFolder folder;
  for (int number = 0; number < 20; ++number) write_frame(folder, number);
  for (int number = 1; number < 20; number += 2) {
    std::filesystem::remove(folder.file(fmt::format("frame-{:06}.depth.png", number)));
  }
  std::filesystem::remove(folder.file("frame-000004.color.png"));
  folder.text("frame-000006.pose.txt", "nan nan nan nan nan nan nan nan nan nan nan nan 0 0 0 1");
  folder.text("frame-000008.pose.txt", "");
  folder.text("frame-000010.color.png", "");
  folder.text("frame-000012.depth.png", "no depth");
  folder.text("camera-intrinsics.txt", "50 0 16 0 51 12 0 0 1");
  const auto capture = open_capture(folder.path());
  ASSERT_EQ(capture->size(), 9U);
  EXPECT_THAT(capture->problems(),
              ElementsAre("pictures without depth: 10, the first: frame-000001.color.png",
                          "depth maps without a picture: 1, frame-000004.depth.png",
                          "frames without a pose: 2, the first: frame-000006"));
  const auto stream = capture->stream({});
  std::vector<std::string> names;
  while (const auto frame = stream->next()) names.push_back(frame->name.substr(10));
  EXPECT_THAT(names, ElementsAre("00", "02", "06", "08", "14", "16", "18"));
  EXPECT_THAT(stream->problems(),
              ElementsAre(HasSubstr("frames skipped: 2, the first: frame-000010: ")));
}

TEST(ThreeDMatch, ReadsARealRecording) {
  const auto path = std::filesystem::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data/rgbd_sequence";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no '" << path.string() << "'";
  const auto capture = open_capture(path);
  ASSERT_EQ(capture->size(), 50U);
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto stream = capture->stream({.step = 25});
  int count = 0;
  while (const auto frame = stream->next()) {
    ++count;
    EXPECT_EQ(frame->image.width, 640);
    EXPECT_EQ(frame->intrinsics->fx, 585);
    EXPECT_TRUE(frame->world_from_camera);
  }
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace promptdepth
