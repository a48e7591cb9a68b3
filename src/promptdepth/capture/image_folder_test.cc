#include "promptdepth/capture/image_folder.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::HasSubstr;

DepthMap slope(int width, int height, float from) {
  return map_of(width, height, [&](int x, int) { return from + 0.25F * static_cast<float>(x); });
}

TEST(ImageFolder, ReadsAllThatBelongsToAFrame) {
  const TestFolder folder;
  folder.image("image/b.png", ramp_image(16, 12));
  folder.image("image/a.jpg", ramp_image(16, 12));
  for (const char* name : {"a", "b"}) {
    folder.depth(fmt::format("depth/{}.exr", name), slope(16, 12, 1));
    folder.depth(fmt::format("pseudo_depth/{}.npy", name), slope(16, 12, 2));
    folder.depth(fmt::format("prompt/{}.png", name), slope(4, 3, 3));
    folder.depth(fmt::format("confidence/{}.pfm", name), slope(4, 3, 0));
  }
  folder.text("intrinsics.txt", "20, 21, 7.5, 5.5");
  folder.text("intrinsics/b.json", R"({"fx": 30, "fy": 31, "cx": 7, "cy": 5})");
  const auto data = open_image_folder(folder.path());
  ASSERT_EQ(data->size(), 2U);
  EXPECT_EQ(data->frame_name(0), "a");
  EXPECT_EQ(data->read(0).intrinsics->fx, 20);
  const Frame frame = data->read(1);
  EXPECT_EQ(frame.name, "b");
  EXPECT_EQ(frame.image.rgb, ramp_image(16, 12).rgb);
  EXPECT_EQ(frame.depth.values, slope(16, 12, 1).values);
  EXPECT_EQ(frame.pseudo_depth.values, slope(16, 12, 2).values);
  EXPECT_EQ(frame.prompt.values, slope(4, 3, 3).values);
  EXPECT_EQ(frame.confidence.values, slope(4, 3, 0).values);
  EXPECT_EQ(frame.intrinsics->fx, 30);
}

TEST(ImageFolder, NeedsNothingButImagesAndDepth) {
  const TestFolder folder;
  folder.image("images/a.png", ramp_image(16, 12));
  folder.depth("depth/a.png", slope(8, 6, 1));
  const Frame frame = open_image_folder(folder.path())->read(0);
  EXPECT_EQ(frame.depth.width, 16);
  EXPECT_TRUE(frame.prompt.empty());
  EXPECT_TRUE(frame.pseudo_depth.empty());
  EXPECT_FALSE(frame.intrinsics);
}

TEST(ImageFolder, NamesWhatIsMissing) {
  const TestFolder folder;
  EXPECT_THROW(open_image_folder(folder.path()), Error);
  folder.image("image/a.png", ramp_image(16, 12));
  EXPECT_THROW(open_image_folder(folder.path()), Error);
  folder.depth("depth/b.png", slope(16, 12, 1));
  const auto data = open_image_folder(folder.path());
  try {
    data->read(0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("depth/a"));
  }
  folder.depth("depth/a.png", DepthMap(16, 12));
  EXPECT_THROW(data->read(0), Error);
}

}  // namespace
}  // namespace promptdepth
