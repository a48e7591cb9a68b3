#include "promptdepth/capture/scannetpp_recording.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/depth_stream_for_test.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/video_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<DepthMap> device_depths(int count) {
  std::vector<DepthMap> depths;
  depths.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    depths.emplace_back(256, 192, 1 + 0.25F * static_cast<float>(i));
  }
  return depths;
}

std::string cameras(int count) {
  std::string text = "{";
  for (int i = 0; i < count; ++i) {
    text += fmt::format(R"({}"frame_{:06}": {{"timestamp": {}, "imu": {{}},
        "intrinsic": [[50, 0, 31], [0, 51, 23], [0, 0, 1]],
        "aligned_pose": [[1, 0, 0, {}], [0, 0, 1, 2], [0, -1, 0, 3], [0, 0, 0, 1]]}})",
                        i > 0 ? "," : "", i, i / 60.0, i);
  }
  return text + "}";
}

TEST(ScanNetPPRecording, ReadsTheVideoWithBothLayoutsOfDepth) {
  const TestFolder folder;
  const std::vector<Image> pictures(6, ramp_image(64, 48));
  if (!write_video(folder.file("aa/iphone/rgb.mkv"), pictures)) {
    GTEST_SKIP() << "OpenCV has no encoder for mkv here";
  }
  folder.text("aa/iphone/pose_intrinsic_imu.json", cameras(6));
  for (const auto& bin : {lz4_chunks(device_depths(6)), deflate_chunks(device_depths(6)),
                          one_stream(device_depths(6))}) {
    folder.text("aa/iphone/depth.bin", bin);
    const auto capture = open_capture(folder.path() / "aa");
    EXPECT_EQ(capture->format(), "ScanNet++ iPhone");
    ASSERT_EQ(capture->size(), 6U);
    EXPECT_THAT(capture->problems(), IsEmpty());
    const auto stream = capture->stream({.first = 1, .step = 3});
    for (const int number : {1, 4}) {
      const auto frame = stream->next();
      ASSERT_TRUE(frame);
      EXPECT_EQ(frame->name, fmt::format("frame_{:06}", number));
      EXPECT_NEAR(frame->prompt.at(7, 7), 1 + 0.25 * number, 1e-6);
      EXPECT_EQ(frame->intrinsics->fy, 51);
      EXPECT_EQ(frame->world_from_camera->translation().x(), number);
      EXPECT_NEAR(*frame->time_s, number / 60.0, 1e-12);
      EXPECT_EQ(frame->upright, ExifOrientation::kUpright);  // The camera's -y is the world's z.
    }
    EXPECT_FALSE(stream->next());
  }
}

TEST(ScanNetPPRecording, ReadsExtractedPicturesAndDepth) {
  const TestFolder folder;
  for (const int number : {0, 10, 20}) {
    folder.image(fmt::format("rgb/frame_{:06}.jpg", number), ramp_image(64, 48));
    if (number != 10) {
      folder.depth(fmt::format("depth/frame_{:06}.png", number), DepthMap(16, 12, 1.5F));
    }
  }
  folder.depth("render_depth/frame_000020.png", DepthMap(64, 48, 1.25F));
  folder.text("pose_intrinsic_imu.json", "[]");
  const auto capture = open_capture(folder.path());
  EXPECT_THAT(capture->problems(), ElementsAre(HasSubstr("no cameras and poses: "),
                                               "pictures without depth: 1, frame_000010"));
  const auto stream = capture->stream({});
  EXPECT_TRUE(stream->next()->depth.empty());
  EXPECT_EQ(stream->next()->depth.at(0, 0), 1.25F);
}

TEST(ScanNetPPRecording, SkipsFramesBehindTheStreamsEnd) {
  const TestFolder folder;
  for (int i = 0; i < 4; ++i) {
    folder.image(fmt::format("rgb/frame_{:06}.jpg", i), ramp_image(64, 48));
  }
  const std::string bin = lz4_chunks(device_depths(4));
  folder.text("depth.bin", bin.substr(0, bin.size() * 3 / 5));
  const auto capture = open_capture(folder.path());
  const auto stream = capture->stream({});
  int count = 0;
  while (stream->next()) ++count;
  EXPECT_EQ(count, 2);
  EXPECT_THAT(stream->problems(),
              ElementsAre(HasSubstr("frames skipped: 2, the first: frame_000002")));
  folder.text("depth.bin", "");
  EXPECT_THROW(open_capture(folder.path())->stream({}), Error);
}

}  // namespace
}  // namespace promptdepth
