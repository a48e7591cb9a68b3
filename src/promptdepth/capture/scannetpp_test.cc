#include "promptdepth/capture/scannetpp.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/depth_stream_for_test.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DepthMap device_depth(int number) {
  return DepthMap(256, 192, 2 + 0.5F * static_cast<float>(number));
}

/// Frames 0 to 3 of a scene; 1 and 3 have a rendered depth, 3 also Zip-NeRF's.
void write_scene(const TestFolder& folder, const std::string& scene, const std::string& bin) {
  const std::string base = "data/" + scene + "/iphone/";
  for (const char* stem : {"frame_000000", "frame_000001", "frame_000002", "frame_000003"}) {
    folder.image(base + "rgb/" + stem + ".jpg", ramp_image(64, 48));
  }
  DepthMap scan(64, 48, 1.5F);
  scan.values[7] = 0;
  folder.depth(base + "render_depth/frame_000001.png", scan);
  folder.depth(base + "render_depth/frame_000003.png", scan);
  folder.depth(base + "zipnerf_depth/frame_000003.png", DepthMap(32, 24, 1.25F));
  folder.text(base + "depth.bin", bin);
}

std::vector<DepthMap> device_depths() {
  return {device_depth(0), device_depth(1), device_depth(2), device_depth(3)};
}

TEST(ScanNetPP, ReadsScanPseudoTruthAndDeviceDepthInBothLayouts) {
  const TestFolder folder;
  write_scene(folder, "aa", lz4_chunks(device_depths()));
  write_scene(folder, "bb", one_stream(device_depths()));
  folder.text("splits/nvs_sem_train.txt", "aa\nbb\n");
  const auto data = open_scannetpp(folder.path(), "nvs_sem_train");
  EXPECT_THAT(data->problems(), IsEmpty());
  ASSERT_EQ(data->size(), 4U);
  for (const std::size_t scene : {0U, 2U}) {
    const Frame first = data->read(scene);
    EXPECT_EQ(first.name, scene == 0 ? "aa/frame_000001" : "bb/frame_000001");
    EXPECT_EQ(first.depth.at(0, 0), 1.5F);
    EXPECT_EQ(first.depth.values[7], 0);
    EXPECT_TRUE(first.pseudo_depth.empty());
    EXPECT_EQ(first.prompt.width, 256);
    EXPECT_FLOAT_EQ(first.prompt.at(9, 9), 2.5F);
    EXPECT_FALSE(first.intrinsics);

    const Frame second = data->read(scene + 1);
    EXPECT_EQ(second.pseudo_depth.width, 64);
    EXPECT_EQ(second.pseudo_depth.at(63, 47), 1.25F);
    EXPECT_FLOAT_EQ(second.prompt.at(9, 9), 3.5F);
  }
}

TEST(ScanNetPP, PrefersExtractedDepthAndReadsCameras) {
  const TestFolder folder;
  write_scene(folder, "aa", "broken");
  folder.depth("data/aa/iphone/depth/frame_000001.png", DepthMap(256, 192, 0.75F));
  folder.text("data/aa/iphone/pose_intrinsic_imu.json",
              R"({"frame_000001": {"timestamp": 4.5, "imu": {},
                  "intrinsic": [[50, 0, 31], [0, 51, 23], [0, 0, 1]],
                  "pose": [[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0], [0, 0, 0, 1]],
                  "aligned_pose": [[0, -1, 0, 1], [1, 0, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}})");
  const auto data = open_scannetpp(folder.path(), "nvs_sem_train");
  EXPECT_THAT(data->problems(), ElementsAre(HasSubstr("all scenes are used")));
  const Frame frame = data->read(0);
  EXPECT_EQ(frame.prompt.at(0, 0), 0.75F);
  ASSERT_TRUE(frame.intrinsics && frame.world_from_camera);
  EXPECT_EQ(frame.intrinsics->fy, 51);
  EXPECT_EQ(frame.intrinsics->width, 64);
  EXPECT_EQ(frame.time_s, 4.5);
  const Eigen::Vector3d point_in_world = *frame.world_from_camera * Eigen::Vector3d(1, 0, 0);
  EXPECT_EQ(point_in_world, Eigen::Vector3d(1, 3, 3));
  EXPECT_THROW(data->read(1), Error);  // Its depth would be in the broken depth.bin.
}

TEST(ScanNetPP, TakesAFrameWithPseudoTruthAlone) {
  const TestFolder folder;
  write_scene(folder, "aa", lz4_chunks(device_depths()));
  folder.depth("data/aa/iphone/zipnerf_depth/frame_000002.png", DepthMap(64, 48, 1.25F));
  folder.depth("data/aa/iphone/render_depth/frame_000003.png", DepthMap(64, 48));
  const auto data = open_scannetpp(folder.path(), "nvs_sem_train");
  ASSERT_EQ(data->size(), 3U);
  for (const std::size_t i : {1U, 2U}) {
    const Frame frame = data->read(i);
    EXPECT_EQ(frame.depth.values, DepthMap(64, 48).values);
    EXPECT_EQ(frame.pseudo_depth.at(1, 1), 1.25F);
  }
}

TEST(ScanNetPP, SumsUpWhatIsNotThere) {
  const TestFolder folder;
  write_scene(folder, "aa", lz4_chunks(device_depths()));
  std::filesystem::remove(folder.file("data/aa/iphone/rgb/frame_000001.jpg"));
  folder.text("data/bb/iphone/depth.bin", "");
  folder.image("data/cc/iphone/rgb/frame_000000.jpg", ramp_image(64, 48));
  folder.text("splits/nvs_sem_train.txt", "aa\nbb\ncc\ndd\nee\n");
  const auto data = open_scannetpp(folder.path(), "nvs_sem_train");
  EXPECT_THAT(data->problems(),
              ElementsAre(HasSubstr("aa/frame_000001"), HasSubstr("bb/iphone/rgb"),
                          HasSubstr("cc/iphone"), HasSubstr("2 scenes of the split")));
  EXPECT_EQ(data->size(), 1U);
  EXPECT_THROW(open_scannetpp(folder.path() / "none", "nvs_sem_train"), Error);
  folder.text("splits/empty.txt", "");
  EXPECT_THROW(open_scannetpp(folder.path(), "empty"), Error);
}

}  // namespace
}  // namespace promptdepth
