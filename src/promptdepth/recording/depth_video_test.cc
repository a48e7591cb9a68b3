#include "promptdepth/recording/depth_video.h"

#include <gtest/gtest.h>

#include "promptdepth/capture/video.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/recording/capture_for_test.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

/// A folder with the depth maps of all frames but the second.
fs::path folder_of(const CaptureForTest& capture) {
  fs::path folder = folder_for_test() / "out";
  fs::create_directories(folder / "depth");
  for (const std::size_t i : {0U, 2U, 3U}) {
    write_depth(depth_file(folder, capture.frame_name(i), "png"),
                DepthMap(kTestWidth, kTestHeight, 2.0F));
  }
  return folder;
}

TEST(DepthVideo, ShowsTheFramesThatHaveDepthAtTheirRate) {
  const CaptureForTest capture(frames_of_a_wall(4));
  const fs::path folder = folder_of(capture);
  std::vector<std::string> problems;
  write_depth_video(capture, {}, survey_prompts(capture, {}), folder, {}, problems);
  if (!problems.empty()) GTEST_SKIP() << problems[0];
  VideoReader video(folder / "video.mp4");
  EXPECT_EQ(video.frame_count(), 3);
  EXPECT_NEAR(video.frames_per_second(), 10, 0.1);
  EXPECT_GT(video.width(), video.height());
}

TEST(DepthVideo, IsNotMadeAgainUnlessADepthMapIsNewer) {
  const CaptureForTest capture(frames_of_a_wall(4));
  const fs::path folder = folder_of(capture);
  const PromptSurvey survey = survey_prompts(capture, {});
  std::vector<std::string> problems;
  write_depth_video(capture, {}, survey, folder, {}, problems);
  if (!problems.empty()) GTEST_SKIP() << problems[0];
  const auto made = fs::last_write_time(folder / "video.mp4");
  write_depth_video(capture, {}, survey, folder, {}, problems);
  EXPECT_EQ(fs::last_write_time(folder / "video.mp4"), made);
  fs::last_write_time(depth_file(folder, capture.frame_name(0), "png"),
                      made + std::chrono::seconds(1));
  write_depth_video(capture, {}, survey, folder, {}, problems);
  EXPECT_NE(fs::last_write_time(folder / "video.mp4"), made);
}

}  // namespace
}  // namespace promptdepth
