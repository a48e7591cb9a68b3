#include "promptdepth/capture/plain_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlainFolder, ReadsAllThatBelongsToAFrame) {
  const TestFolder folder;
  for (const char* name : {"a", "b"}) {
    folder.image(fmt::format("image/{}.jpg", name), ramp_image(16, 12));
    folder.depth(fmt::format("depth/{}.exr", name), DepthMap(16, 12, 1.5F));
    folder.depth(fmt::format("prompt/{}.png", name), DepthMap(8, 6, 1.25F));
    write_confidence(folder.file(fmt::format("confidence/{}.png", name)), DepthMap(8, 6, 2));
    folder.text(fmt::format("pose/{}.txt", name), "1 0 0 4 0 1 0 5 0 0 1 6 0 0 0 1");
  }
  folder.text("intrinsics.txt", "20, 21, 7.5, 5.5");
  folder.text("intrinsics/b.json", R"({"fx": 30, "fy": 31, "cx": 7, "cy": 5})");
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "folder");
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto stream = capture->stream({});
  EXPECT_EQ(stream->next()->intrinsics->fx, 20);
  const auto frame = stream->next();
  EXPECT_EQ(frame->name, "b");
  EXPECT_EQ(frame->intrinsics->fx, 30);
  EXPECT_EQ(frame->prompt.values, DepthMap(8, 6, 1.25F).values);
  EXPECT_EQ(frame->depth.values, DepthMap(16, 12, 1.5F).values);
  EXPECT_EQ(frame->confidence.at(0, 0), 2);
  EXPECT_EQ(frame->world_from_camera->translation(), Eigen::Vector3d(4, 5, 6));
}

TEST(PlainFolder, TakesDepthForThePromptWhenThereIsNoOther) {
  const TestFolder folder;
  for (int i = 0; i < 4; ++i) {
    // Names as ScanNet++ has them, which this is not.
    folder.image(fmt::format("rgb/frame_{:06}.png", i), ramp_image(16, 12));
    if (i % 2 == 0) folder.depth(fmt::format("depth/frame_{:06}.png", i), DepthMap(16, 12, 1.5F));
  }
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "folder");
  EXPECT_EQ(capture->size(), 2U);
  EXPECT_THAT(capture->problems(),
              ElementsAre("pictures without depth: 2, the first: frame_000001"));
  const auto frame = capture->stream({})->next();
  EXPECT_EQ(frame->prompt.at(0, 0), 1.5F);
  EXPECT_TRUE(frame->depth.empty());
}

TEST(PlainFolder, TakesPicturesAndDepthSideBySide) {
  const TestFolder folder;
  folder.image("one.png", ramp_image(16, 12));
  folder.depth("one_depth.png", DepthMap(16, 12, 1.5F));
  folder.image("two.jpg", ramp_image(16, 12));
  folder.depth("two_depth.exr", DepthMap(16, 12, 2.5F));
  const auto capture = open_capture(folder.path());
  ASSERT_EQ(capture->size(), 2U);
  EXPECT_THAT(capture->problems(), IsEmpty());
  EXPECT_EQ(capture->frame_name(1), "two");
  EXPECT_EQ(capture->stream({.first = 1})->next()->prompt.at(0, 0), 2.5F);
}

TEST(SceneFrames, HavePosesTruthAndTimes) {
  const TestFolder folder;
  for (int i = 0; i < 3; ++i) {
    const std::string base = fmt::format("{:06}/", i);
    folder.image(base + "image.png", ramp_image(16, 12));
    folder.depth(base + "prompt.png", DepthMap(8, 6, 1.25F));
    folder.depth(base + "depth.npy", DepthMap(16, 12, 1.5F));
    folder.text(base + "intrinsics.json",
                R"({"width": 16, "height": 12, "fx": 10, "fy": 10, "cx": 8, "cy": 6,
                    "world_from_camera": [1, 0, 0, 4, 0, 1, 0, 5, 0, 0, 1, 6, 0, 0, 0, 1]})");
  }
  folder.text("000002/intrinsics.json", "{");
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "promptdepth scene");
  ASSERT_EQ(capture->size(), 3U);
  EXPECT_THAT(capture->problems(), ElementsAre("frames without a pose: 1, 000002"));
  const auto frame = capture->stream({.first = 1})->next();
  EXPECT_EQ(frame->time_s, 1 / 30.0);
  EXPECT_EQ(frame->depth.at(0, 0), 1.5F);
  EXPECT_EQ(frame->intrinsics->fx, 10);
  EXPECT_EQ(frame->world_from_camera->translation(), Eigen::Vector3d(4, 5, 6));
}

}  // namespace
}  // namespace promptdepth
