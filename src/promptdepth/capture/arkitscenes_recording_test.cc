#include "promptdepth/capture/arkitscenes_recording.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::IsEmpty;

void write_frame(const TestFolder& folder, const std::string& pictures, int number,
                 double depth_later_s = 0) {
  const auto name = [&](double time) { return fmt::format("/42_{:.3f}", time); };
  const double time = 100 + 0.1 * number;
  folder.image(pictures + name(time) + ".png", ramp_image(64, 48));
  folder.text(pictures + "_intrinsics" + name(time) + ".pincam", "64 48 50 51 31 23");
  folder.depth("lowres_depth" + name(time + depth_later_s) + ".png", DepthMap(16, 12, 1.5F));
  write_confidence(folder.file("confidence" + name(time + depth_later_s) + ".png"),
                   DepthMap(16, 12, 1));
}

TEST(ArkitScenesRecording, OfTheRawPartHasPosesBetweenThoseStored) {
  const TestFolder folder;
  for (int i = 0; i < 3; ++i) write_frame(folder, "lowres_wide", i, 0.004);
  // camera_from_world: the camera goes along the world's x, from 0 to 0.4 m.
  folder.text("lowres_wide.traj", "100.05 0 0 0 0 0 0\n100.25 0 0 0 -0.4 0 0\nnan\n");
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "ARKitScenes");
  ASSERT_EQ(capture->size(), 3U);
  EXPECT_THAT(capture->problems(), ElementsAre("lines of the trajectory left out: 1, 'nan'"));
  const auto stream = capture->stream({.first = 1});
  const auto frame = stream->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->name, "42_100.100");
  EXPECT_EQ(frame->prompt.at(0, 0), 1.5F);
  EXPECT_EQ(frame->confidence.at(0, 0), 1);
  EXPECT_EQ(frame->intrinsics->fy, 51);
  EXPECT_LT((frame->world_from_camera->translation() - Vector3d(0.1, 0, 0)).norm(), 1e-6);
  EXPECT_TRUE(frame->depth.empty());
}

TEST(ArkitScenesRecording, OfDepthUpsamplingHasTruthAndTheTableKnowsTheSky) {
  const TestFolder folder;
  for (const char* kind : {"", "x"}) {
    const std::string base = fmt::format("Training/42{}/", kind);
    folder.image(base + "wide/42_1.5.png", ramp_image(64, 48));
    folder.depth(base + "lowres_depth/42_1.5.png", DepthMap(16, 12, 1.5F));
    folder.depth(base + "highres_depth/42_1.5.png", DepthMap(64, 48, 1.25F));
  }
  folder.text("metadata.csv", "video_id,fold,sky_direction\n42,Training,Left\n");
  const auto frame = open_capture(folder.path() / "Training/42")->stream({})->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->depth.at(0, 0), 1.25F);
  EXPECT_EQ(frame->upright, ExifOrientation::kRotated90);
  EXPECT_EQ(frame->image.width, 64);
  EXPECT_TRUE(frame->confidence.empty());
  EXPECT_FALSE(frame->intrinsics);
  const auto other = open_capture(folder.path() / "Training/42x")->stream({})->next();
  EXPECT_EQ(other->upright, ExifOrientation::kUpright);
}

TEST(ArkitScenesRecording, NamesPicturesWithoutTheirDepth) {
  const TestFolder folder;
  for (int i = 0; i < 6; ++i) write_frame(folder, "wide", i, i % 2 == 0 ? 0 : 0.05);
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->size(), 3U);
  EXPECT_THAT(capture->problems(),
              ElementsAre("pictures without depth: 3, the first: 42_100.100.png"));
}

}  // namespace
}  // namespace promptdepth
