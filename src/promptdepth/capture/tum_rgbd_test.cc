#include "promptdepth/capture/tum_rgbd.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// 30 pictures per second; depth comes 5 ms later, poses every 10 ms, x = the time.
void write_recording(const TestFolder& folder, const std::string& name, int count) {
  std::string pictures = "# color images\n# file: x\n# timestamp filename\n";
  std::string depths = "# depth maps\n";
  std::string poses = "# ground truth trajectory\n# timestamp tx ty tz qx qy qz qw\n";
  for (int i = 0; i < count; ++i) {
    const double time = 1305031102.0 + i / 30.0;
    const std::string picture = fmt::format("rgb/{:.6f}.png", time);
    const std::string depth = fmt::format("depth/{:.6f}.png", time + 0.005);
    pictures += fmt::format("{:.6f} {}\n", time, picture);
    depths += fmt::format("{:.6f} {}\n", time + 0.005, depth);
    folder.image(name + '/' + picture, ramp_image(64, 48));
    // Stored 5000 per metre, where write_depth() stores 1000: 5 times the depth.
    folder.depth(name + '/' + depth, DepthMap(64, 48, 5 * 2.0F));
  }
  for (int i = 0; i < 4 * count; ++i) {
    poses += fmt::format("{:.4f} {:.4f} 2 3 0 0 0 1\n", 1305031102.0 + 0.01 * i, 0.01 * i);
  }
  folder.text(name + "/rgb.txt", pictures);
  folder.text(name + "/depth.txt", depths);
  folder.text(name + "/groundtruth.txt", poses);
}

TEST(TumRgbd, PairsPicturesDepthAndPosesByTime) {
  const TestFolder folder;
  const std::string name = "rgbd_dataset_freiburg2_desk";
  write_recording(folder, name, 4);
  const auto capture = open_capture(folder.path() / name);
  EXPECT_EQ(capture->format(), "TUM RGB-D");
  EXPECT_EQ(capture->size(), 4U);
  EXPECT_THAT(capture->problems(), ElementsAre(HasSubstr("that of freiburg2")));
  const auto stream = capture->stream({.first = 2});
  const auto frame = stream->next();
  ASSERT_TRUE(frame);
  EXPECT_NEAR(frame->prompt.at(5, 5), 2.0, 1e-6);
  EXPECT_NEAR(*frame->time_s, 1305031102.0 + 2 / 30.0, 1e-6);
  EXPECT_NEAR(frame->world_from_camera->translation().x(), 2 / 30.0, 1e-3);
  EXPECT_NEAR(frame->intrinsics->fx, 520.9 / 10, 1e-9);  // The pictures have a tenth of the size.
}

TEST(TumRgbd, NamesWhatHasNoPartner) {
  const TestFolder folder;
  write_recording(folder, "any", 4);
  folder.text("any/depth.txt", "oops\n1305031102.0050 depth/1305031102.005000.png\n");
  folder.text("any/groundtruth.txt", "1305031102.00 1 2 3 nan 0 0 1\n");
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->size(), 1U);
  EXPECT_THAT(capture->problems(),
              ElementsAre(HasSubstr("ROS's default"), "lines of depth.txt left out: 1, 'oops'",
                          HasSubstr("pictures without depth: 3, the first: rgb/1305031102.03"),
                          HasSubstr("lines of the trajectory left out: 1")));
  EXPECT_FALSE(capture->stream({})->next()->world_from_camera);
}

}  // namespace
}  // namespace promptdepth
