#include "promptdepth/capture/record3d.h"

#include <limits>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kMetadata =
    R"({"w": 36, "h": 48, "fps": 20, "K": [50, 0, 0, 0, 51, 0, 18.5, 24.5, 1],
        "poses": [[0, 0, 0, 1, 1, 2, 3], [0, 0, 0, 2, 4, 5, 6], [0, 0, 0, 0, 7, 8, 9]]})";

void write_frame(const TestFolder& folder, int number) {
  folder.image(fmt::format("EXR_RGBD/rgb/{}.jpg", number), ramp_image(36, 48));
  DepthMap depth(18, 24, 1.25F);
  depth.at(0, 0) = std::numeric_limits<float>::quiet_NaN();
  // write_depth() would clean the NaN away; PFM and EXR hold it.
  const auto bytes = encode_depth(depth, ".exr");
  folder.text(fmt::format("EXR_RGBD/depth/{}.exr", number),
              {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

TEST(Record3d, ReadsTheExportWithItsArKitPoses) {
  const TestFolder folder;
  write_frame(folder, 0);
  write_frame(folder, 1);
  folder.text("EXR_RGBD/metadata.json", kMetadata);
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "Record3D");
  ASSERT_EQ(capture->size(), 2U);
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto frame = capture->stream({.first = 1})->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->prompt.at(0, 0), 0);
  EXPECT_EQ(frame->prompt.at(9, 9), 1.25F);
  EXPECT_EQ(frame->time_s, 0.05);
  EXPECT_EQ(frame->intrinsics->cx, 18.5);
  EXPECT_EQ(frame->intrinsics->cy, 24.5);
  EXPECT_EQ(*frame->world_from_camera * Vector3d(0, 0, 1), Vector3d(4, 5, 5));
  EXPECT_EQ(frame->upright, ExifOrientation::kUpright);
}

TEST(Record3d, GoesOnWithoutWhatTheMetadataLack) {
  const TestFolder folder;
  for (int i = 0; i < 4; ++i) write_frame(folder, i);
  folder.text("EXR_RGBD/metadata.json", kMetadata);
  EXPECT_THAT(open_capture(folder.path())->problems(),
              ElementsAre("frames without a pose: 2, the first: 2"));
  folder.text("EXR_RGBD/metadata.json", "{}");
  const auto capture = open_capture(folder.path());
  EXPECT_THAT(capture->problems(), ElementsAre("no camera in the metadata"));
  EXPECT_FALSE(capture->stream({})->next()->intrinsics);
  folder.text("EXR_RGBD/metadata.json", "");
  EXPECT_THROW(open_capture(folder.path()), Error);
}

}  // namespace
}  // namespace promptdepth
