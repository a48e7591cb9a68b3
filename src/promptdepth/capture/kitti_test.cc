#include "promptdepth/capture/kitti.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The scanner looks along its x, its z is up: camera x = -y, y = -z, z = x. The second camera
// stands 0.06 m beside the first: P2's last column is 50 · 0.06 = 3.
constexpr const char* kP2 = "P2: 50 0 31 3 0 50 23 0 0 0 1 0\n";
constexpr const char* kObject =
    "P0: 50 0 31 0 0 50 23 0 0 0 1 0\n"
    "P2: 50 0 31 3 0 50 23 0 0 0 1 0\n"
    "R0_rect: 1 0 0 0 1 0 0 0 1\n"
    "Tr_velo_to_cam: 0 -1 0 0.1 0 0 -1 0.2 1 0 0 0.3\nTr_imu_to_velo: 1 2 3\n";

void write_sweep(const TestFolder& folder, const std::string& name) {
  // Ahead of the scanner: seen by the second camera at (0.16, 0.2, 10.3).
  const std::vector<float> values = {10, 0, 0, 0.5F, -10, 0, 0, 0.5F};
  folder.text(name, {reinterpret_cast<const char*>(values.data()), 4 * values.size()});
}

void expect_the_point(const Frame& frame) {
  EXPECT_EQ(frame.prompt.width, 64);
  EXPECT_EQ(count_valid(frame.prompt), 1U);
  EXPECT_NEAR(frame.prompt.at(32, 24), 10.3, 1e-5);  // 50 · 0.16 / 10.3 + 31, 50 · 0.2 / 10.3 + 23
}

TEST(Kitti, ProjectsSweepsOfTheObjectBenchmark) {
  const TestFolder folder;
  for (int i = 0; i < 4; ++i) {
    folder.image(fmt::format("image_2/{:06}.png", i), ramp_image(64, 48));
    if (i != 1) write_sweep(folder, fmt::format("velodyne/{:06}.bin", i));
    folder.text(fmt::format("calib/{:06}.txt", i), i == 2 ? "P2: 1\n" : kObject);
  }
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "KITTI");
  ASSERT_EQ(capture->size(), 2U);
  EXPECT_THAT(capture->problems(),
              ElementsAre("pictures without a sweep: 1, 000001.png",
                          HasSubstr("frames without calibration left out: 1, expected P2")));
  const auto frame = capture->stream({.first = 1})->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->name, "000003");
  EXPECT_EQ(frame->intrinsics->cx, 31);
  expect_the_point(*frame);
  expect_the_point(*capture->stream({}, FrameParts::kWithoutImage)->next());
}

TEST(Kitti, ReadsPosesAndTimesOfOdometry) {
  const TestFolder folder;
  for (int i = 0; i < 3; ++i) {
    folder.image(fmt::format("sequences/04/image_2/{:06}.png", i), ramp_image(64, 48));
    write_sweep(folder, fmt::format("sequences/04/velodyne/{:06}.bin", i));
  }
  folder.text("sequences/04/calib.txt", std::string(kP2) + "Tr: 0 -1 0 0.1 0 0 -1 0.2 1 0 0 0.3\n");
  folder.text("sequences/04/times.txt", "0.0\n1.0e-01\n2.0e-01\n");
  folder.text("poses/04.txt",
              "1 0 0 0 0 1 0 0 0 0 1 0\n1 0 0 0 0 1 0 0 0 0 1 1.5\n1 0 0 nan 0 1 0 0 0 0 1 3\n");
  const auto capture = open_capture(folder.path() / "sequences/04");
  EXPECT_THAT(capture->problems(), ElementsAre("frames without a pose: 1, 000002"));
  const auto frame = capture->stream({.first = 1})->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->time_s, 0.1);
  EXPECT_LT((frame->world_from_camera->translation() - Vector3d(-0.06, 0, 1.5)).norm(), 1e-12);
  expect_the_point(*frame);
}

TEST(Kitti, ReadsRawDrivesWithTheDatesCalibration) {
  const TestFolder folder;
  const std::string drive = "2011_09_26/2011_09_26_drive_0001_sync/";
  folder.image(drive + "image_02/data/0000000005.png", ramp_image(64, 48));
  write_sweep(folder, drive + "velodyne_points/data/0000000005.bin");
  folder.text("2011_09_26/calib_cam_to_cam.txt",
              "calib_time: 09-Jan-2012 13:57:47\nR_00: 9 9 9 9 9 9 9 9 9\n"
              "R_rect_00: 1 0 0 0 1 0 0 0 1\nP_rect_02: 50 0 31 3 0 50 23 0 0 0 1 0\n");
  folder.text("2011_09_26/calib_velo_to_cam.txt",
              "R: 0 -1 0 0 0 -1 1 0 0\nT: 0.1 0.2 0.3\ndelta_f: 0 0\n");
  const auto frame = open_capture(folder.path() / drive)->stream({})->next();
  ASSERT_TRUE(frame);
  expect_the_point(*frame);
}

TEST(Kitti, ReadsTheSmallLayout) {
  const TestFolder folder;
  folder.image("000008.png", ramp_image(64, 48));
  write_sweep(folder, "000008.bin");
  folder.text("000008_cam2_K.txt", "50 0 31\n0 50 23\n0 0 1\n");
  folder.text("000008_lidar2cam2.txt", "0 -1 0 0.16\n0 0 -1 0.2\n1 0 0 0.3\n0 0 0 1\n");
  folder.text("other.bin", "");
  const auto capture = open_capture(folder.path());
  ASSERT_EQ(capture->size(), 1U);
  expect_the_point(*capture->stream({})->next());
}

TEST(Kitti, SkipsABrokenSweep) {
  const TestFolder folder;
  for (const char* name : {"a", "b", "c"}) {
    folder.image(fmt::format("{}.png", name), ramp_image(64, 48));
    write_sweep(folder, fmt::format("{}.bin", name));
    folder.text(fmt::format("{}_cam2_K.txt", name), "50 0 31\n0 50 23\n0 0 1\n");
    folder.text(fmt::format("{}_lidar2cam2.txt", name), "0 -1 0 0 0 0 -1 0 1 0 0 0 0 0 0 1\n");
  }
  folder.text("a.bin", "");
  folder.text("b_lidar2cam2.txt", "nan");
  const auto capture = open_capture(folder.path());
  const auto stream = capture->stream({});
  EXPECT_EQ(stream->next()->name, "c");
  EXPECT_THAT(stream->problems(), ElementsAre(HasSubstr("frames skipped: 2, the first: a: ")));
}

TEST(Kitti, RefusesCalibrationWithoutItsParts) {
  EXPECT_THROW(parse_kitti_calibration("", "it"), Error);
  EXPECT_THROW(parse_kitti_calibration(kP2, "it"), Error);
  EXPECT_THROW(
      parse_kitti_calibration("P2: 0 0 0 0 0 0 0 0 0 0 0 0\nTr: 1 0 0 0 0 1 0 0 0 0 1 0", "it"),
      Error);
  EXPECT_THROW(parse_kitti_calibration(std::string(kP2) + "Tr: 1 0 0 0 0 9 0 0 0 0 1 0", "it"),
               Error);
}

TEST(Kitti, ReadsARealSweep) {
  const auto path = std::filesystem::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data/vehicle_lidar";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no '" << path.string() << "'";
  const auto capture = open_capture(path);
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto frame = capture->stream({})->next();
  ASSERT_TRUE(frame);
  // 3.7 % of the pixels have a point, 2.6 to 76.6 m.
  EXPECT_NEAR(static_cast<double>(count_valid(frame->prompt)) / (1242 * 375), 0.037, 5e-4);
  float nearest = 1e9F;
  float farthest = 0;
  for (const float z : frame->prompt.values) {
    if (z > 0) nearest = std::min(nearest, z);
    farthest = std::max(farthest, z);
  }
  EXPECT_NEAR(nearest, 2.6, 0.1);
  EXPECT_NEAR(farthest, 76.6, 0.05);
}

}  // namespace
}  // namespace promptdepth
