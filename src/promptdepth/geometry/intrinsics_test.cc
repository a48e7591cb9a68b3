#include "promptdepth/geometry/intrinsics.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/log.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

constexpr Intrinsics kCamera{1500.0, 1480.0, 950.0, 700.0, 1920, 1440};

void expect_equal(const Intrinsics& a, const Intrinsics& b) {
  EXPECT_NEAR(a.fx, b.fx, 1e-9);
  EXPECT_NEAR(a.fy, b.fy, 1e-9);
  EXPECT_NEAR(a.cx, b.cx, 1e-9);
  EXPECT_NEAR(a.cy, b.cy, 1e-9);
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
}

std::string error_of(const std::string& text) {
  try {
    parse_intrinsics(text, 1920, 1440, "the test");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Intrinsics, ScalingKeepsEveryRay) {
  const Intrinsics small = scale_intrinsics(kCamera, 256, 192);
  // A ray hits both pictures at the same share of their width and height.
  for (const double slope : {-0.5, 0.0, 0.3}) {
    const double u = (kCamera.fx * slope + kCamera.cx + 0.5) / kCamera.width;
    const double small_u = (small.fx * slope + small.cx + 0.5) / small.width;
    EXPECT_NEAR(u, small_u, 1e-12);
    const double v = (kCamera.fy * slope + kCamera.cy + 0.5) / kCamera.height;
    const double small_v = (small.fy * slope + small.cy + 0.5) / small.height;
    EXPECT_NEAR(v, small_v, 1e-12);
  }
  expect_equal(scale_intrinsics(small, 1920, 1440), kCamera);
}

// The principal point is a place in the picture: a pixel drawn there must be found there again
// after the picture has been turned.
TEST(Intrinsics, TurnLikeThePicture) {
  const Intrinsics camera{30.0, 20.0, 4.0, 1.0, 6, 5};
  DepthMap map(6, 5);
  map.at(4, 1) = 1.0F;
  for (int value = 1; value <= 8; ++value) {
    const auto orientation = static_cast<ExifOrientation>(value);
    const DepthMap turned_map = apply_orientation(map, orientation);
    const Intrinsics turned = apply_orientation(camera, orientation);
    EXPECT_EQ(turned.width, turned_map.width);
    EXPECT_EQ(turned.height, turned_map.height);
    EXPECT_EQ(turned_map.at(static_cast<int>(turned.cx), static_cast<int>(turned.cy)), 1.0F);
    EXPECT_EQ(turned.fx, swaps_sides(orientation) ? 20.0 : 30.0);
    expect_equal(apply_orientation(turned, inverse(orientation)), camera);
  }
}

TEST(Intrinsics, NeedTheirSizeToBeScaledOrTurned) {
  const Intrinsics unknown{30.0, 20.0, 4.0, 1.0, 0, 0};
  EXPECT_THROW(scale_intrinsics(unknown, 10, 10), Error);
  EXPECT_THROW(apply_orientation(unknown, ExifOrientation::kRotated90), Error);
  expect_equal(apply_orientation(unknown, ExifOrientation::kUpright), unknown);
}

TEST(Intrinsics, GuessSees64DegreesAcrossTheLongSide) {
  for (const auto& [width, height] : {std::array{1920, 1440}, std::array{1440, 1920}}) {
    const Intrinsics guess = guess_intrinsics(width, height);
    EXPECT_NEAR(2.0 * std::atan(960.0 / guess.fx) * 180.0 / 3.14159265, 64.0, 0.1);
    EXPECT_EQ(guess.fx, guess.fy);
    EXPECT_EQ(guess.cx, (width - 1) / 2.0);
    EXPECT_EQ(guess.cy, (height - 1) / 2.0);
  }
}

TEST(ParseIntrinsics, ReadsEveryWayToWriteThem) {
  for (const std::string text : {
           "1500,1480,950,700",
           " 1500, 1480\t950 700\n",
           "1500,0,950\n0,1480,700\n0,0,1\n",
           "1.5e3 0 950\n0 1480 700\n0 0 1",
           "1920 1440 1500 1480 950 700",
           R"({"fx": 1500, "fy": 1480.0, "cx": 950, "cy": 700})",
           R"({"fl_x": 1500, "fl_y": 1480, "cx": 950, "cy": 700, "w": 1920, "h": 1440})",
           R"({"K": [[1500, 0, 950], [0, 1480, 700], [0, 0, 1]]})",
           R"({"intrinsics": [1500, 0, 950, 0, 1480, 700, 0, 0, 1], "other": "x"})",
           R"({"K": [1500, 0, 0, 0, 1480, 0, 950, 700, 1], "w": 1920, "h": 1440})",
       }) {
    SCOPED_TRACE(text);
    expect_equal(parse_intrinsics(text, 1920, 1440, "the test"), kCamera);
  }
}

TEST(ParseIntrinsics, ScalesACameraOfAnotherSize) {
  const std::string text = R"({"fx": 1500, "fy": 1480, "cx": 950, "cy": 700, "width": 1920,
                               "height": 1440})";
  expect_equal(parse_intrinsics(text, 960, 720, "the test"), scale_intrinsics(kCamera, 960, 720));
}

TEST(ParseIntrinsics, SaysWhatItExpected) {
  EXPECT_THAT(error_of("1,2,3"), HasSubstr("found 3 numbers"));
  EXPECT_THAT(error_of(""), HasSubstr("found 0 numbers"));
  EXPECT_THAT(error_of("0,1480,950,700"), HasSubstr("positive focal"));
  EXPECT_THAT(error_of("nan,1480,950,700"), HasSubstr("positive focal"));
  EXPECT_THAT(error_of("1500,1480,inf,700"), HasSubstr("finite"));
  EXPECT_THAT(error_of("1,2,3,4,5,6,7,8,9"), HasSubstr("camera matrix"));
  EXPECT_THAT(error_of("-1 1440 1500 1480 950 700"), HasSubstr("width and height"));
  EXPECT_THAT(error_of("focal length: 28 mm"), HasSubstr("JSON object"));
  EXPECT_THAT(error_of(R"({"fx": 1500})"), HasSubstr("found neither"));
  EXPECT_THAT(error_of(R"({"fx": "a", "fy": 1, "cx": 1, "cy": 1})"), HasSubstr("found neither"));
  EXPECT_THAT(error_of(R"({"K": [[[[1]]]]})"), HasSubstr("found neither"));
  EXPECT_THAT(error_of(std::string(100000, '[')), HasSubstr("JSON object"));
}

TEST(LoadIntrinsics, TakesNumbersOrAFile) {
  expect_equal(load_intrinsics("1500,1480,950,700", 1920, 1440), kCamera);
  const auto path = std::filesystem::path(::testing::TempDir()) / "promptdepth_camera.json";
  write_file_atomically(path, R"({"fx": 1500, "fy": 1480, "cx": 950, "cy": 700})");
  expect_equal(load_intrinsics(path.string(), 1920, 1440), kCamera);
  std::filesystem::remove(path);
  EXPECT_THROW(load_intrinsics(path.string(), 1920, 1440), Error);
}

TEST(ParseIntrinsics, ReadsATableInAnyOrder) {
  expect_equal(parse_intrinsics("cy, fx,fy,cx\r\n700,1500,1480,950\r\n", 1920, 1440, "test"),
               kCamera);
  expect_equal(
      parse_intrinsics("\"fx\",\"fy\",\"cx\",\"cy\",w,h,frame\n1500,1480,950,700,1920,1440,3\n",
                       1920, 1440, "test"),
      kCamera);
  EXPECT_THROW(parse_intrinsics("fx,fy\n1500,1480\n", 1920, 1440, "test"), Error);
  EXPECT_THROW(parse_intrinsics("fx,fy,cx,cy\n1500,many,950,700\n", 1920, 1440, "test"), Error);
}

TEST(ParseIntrinsics, WarnsOfACameraOfAnotherShape) {
  std::vector<std::string> warnings;
  LogSink previous =
      set_log_sink([&](LogLevel, std::string_view text) { warnings.emplace_back(text); });
  parse_intrinsics("1920,1440,1500,1480,950,700", 960, 720, "test");
  EXPECT_TRUE(warnings.empty());
  parse_intrinsics("1920,1440,1500,1480,950,700", 1440, 1920, "test");
  set_log_sink(std::move(previous));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], ::testing::HasSubstr("1440 x 1920"));
}

TEST(LoadIntrinsics, ReadsRecordedCameras) {
  const auto data = std::filesystem::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no recordings at " << data;
  const Intrinsics car =
      load_intrinsics((data / "vehicle_lidar/000008_cam2_K.txt").string(), 1242, 375);
  EXPECT_NEAR(car.fx, 721.5377, 1e-4);
  EXPECT_NEAR(car.cy, 172.8540, 1e-4);
  const Intrinsics camera =
      load_intrinsics((data / "rgbd_sequence/camera-intrinsics.txt").string(), 640, 480);
  EXPECT_NEAR(camera.fx, 585.0, 1.0);
}

}  // namespace
}  // namespace promptdepth
