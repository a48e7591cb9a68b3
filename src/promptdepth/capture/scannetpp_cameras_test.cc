#include "promptdepth/capture/scannetpp_cameras.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

bool any(const std::string& /*name*/) { return true; }

TEST(ScanNetPPCameras, TakeTheAlignedPoseWhereThereIsOne) {
  const TestFolder folder;
  folder.text("c.json", R"({
    "frame_000000": {"timestamp": 4.5, "intrinsic": [[50, 0, 31], [0, 51, 23], [0, 0, 1]],
      "pose": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]],
      "aligned_pose": [[1, 0, 0, 4], [0, 1, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1]]},
    "frame_000001": {"pose": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]],
      "aligned_pose": [[null, 0, 0, 4], [0, 1, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1]]},
    "frame_000002": 7})");
  const auto cameras = read_scannetpp_cameras(folder.file("c.json"), any);
  ASSERT_EQ(cameras.size(), 3U);
  const ScanNetPPCamera& first = cameras.at("frame_000000");
  EXPECT_EQ(first.intrinsics->cy, 23);
  EXPECT_EQ(first.time_s, 4.5);
  EXPECT_EQ(first.world_from_camera->translation(), Eigen::Vector3d(4, 5, 6));
  EXPECT_EQ(cameras.at("frame_000001").world_from_camera->translation(), Eigen::Vector3d(1, 2, 3));
  EXPECT_FALSE(cameras.at("frame_000001").intrinsics);
  EXPECT_FALSE(cameras.at("frame_000002").world_from_camera);
  const auto none = [](const std::string& name) { return name == "frame_000002"; };
  EXPECT_EQ(read_scannetpp_cameras(folder.file("c.json"), none).size(), 1U);
}

TEST(ScanNetPPCameras, AreNoneWithoutAFileAndRefusedWhenBroken) {
  const TestFolder folder;
  EXPECT_TRUE(read_scannetpp_cameras(folder.path() / "none", any).empty());
  folder.text("c.json", "");
  EXPECT_THROW(read_scannetpp_cameras(folder.file("c.json"), any), Error);
}

}  // namespace
}  // namespace promptdepth
