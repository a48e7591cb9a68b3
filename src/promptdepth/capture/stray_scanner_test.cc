#include "promptdepth/capture/stray_scanner.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/video_for_test.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHeader = "timestamp, frame, x, y, z, qx, qy, qz, qw\n";

/// Held upright in landscape: no turn but the half one about x that makes ARKit's camera ours.
std::string row(int number) {
  return fmt::format("{}.5, {:06}, {}, 2, 3, 1, 0, 0, 0\n", 100 + number, number, number);
}

std::string odometry(int count) {
  std::string text = kHeader;
  for (int i = 0; i < count; ++i) text += row(i);
  return text;
}

/// A picture whose grey tells its number.
Image picture(int number) {
  Image image(128, 96);
  for (float& value : image.rgb) value = static_cast<float>(10 * number + 20) / 255.0F;
  return image;
}

bool write_pictures(const TestFolder& folder, int count) {
  std::vector<Image> pictures;
  pictures.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) pictures.push_back(picture(i));
  return write_video(folder.file("rgb.mp4"), pictures);
}

void write_depth_of(const TestFolder& folder, int number, const char* ending = "png") {
  folder.depth(fmt::format("depth/{:06}.{}", number, ending),
               DepthMap(32, 24, 1 + 0.01F * static_cast<float>(number)));
  write_confidence(
      folder.file(fmt::format("confidence/{:06}.png", number)),
      map_of(32, 24, [](int x, int) { return std::floor(static_cast<float>(x) / 11); }));
}

/// Everything that the app writes, for `count` frames. Whether there is an encoder.
bool write_recording(const TestFolder& folder, int count) {
  for (int i = 0; i < count; ++i) write_depth_of(folder, i);
  folder.text("camera_matrix.csv", "100.0, 0.0, 64.0\n0.0, 101.0, 48.0\n0.0, 0.0, 1.0\n");
  folder.text("odometry.csv", odometry(count));
  folder.text("imu.csv", "timestamp, a_x, a_y, a_z, alpha_x, alpha_y, alpha_z\n");
  return write_pictures(folder, count);
}

std::vector<std::string> names_of(FrameStream& stream) {
  std::vector<std::string> names;
  while (const auto frame = stream.next()) names.push_back(frame->name);
  return names;
}

TEST(StrayScanner, ReadsVideoDepthConfidenceAndOdometry) {
  const TestFolder folder;
  if (!write_recording(folder, 8)) GTEST_SKIP() << "OpenCV has no encoder for mp4 here";
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "Stray Scanner");
  EXPECT_EQ(capture->size(), 8U);
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto stream = capture->stream({.first = 2, .step = 3});
  for (const int number : {2, 5}) {
    const auto frame = stream->next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->name, fmt::format("{:06}", number));
    EXPECT_NEAR(frame->image.at(60, 40)[1], picture(number).rgb[0], 5.0 / 255);
    EXPECT_NEAR(frame->prompt.at(31, 23), 1 + 0.01 * number, 1e-6);
    EXPECT_EQ(frame->confidence.at(0, 0), 0);
    EXPECT_EQ(frame->confidence.at(31, 0), 2);
    EXPECT_EQ(frame->time_s, 100.5 + number);
    EXPECT_EQ(frame->intrinsics->fy, 101);
    EXPECT_EQ(frame->intrinsics->width, 128);
    EXPECT_EQ(frame->upright, ExifOrientation::kUpright);
    // The stored pose is used as it is: the camera looks along +z of its own axes.
    EXPECT_LT((*frame->world_from_camera * Vector3d(0, 0, 1) - Vector3d(number, 2, 2)).norm(),
              1e-12);
  }
  EXPECT_FALSE(stream->next());
}

TEST(StrayScanner, HeldUprightHasTheSkyAtTheLeftOfItsPictures) {
  const TestFolder folder;
  folder.image("rgb/000000.jpg", picture(0));
  write_depth_of(folder, 0);
  // A phone in portrait: the camera's -x is the world's up.
  folder.text("odometry.csv", std::string(kHeader) + "1, 0, 0, 0, 0, 0.7071068, -0.7071068, 0, 0");
  const auto frame = open_capture(folder.path())->stream({})->next();
  ASSERT_LT((frame->world_from_camera->linear() * Vector3d(-1, 0, 0) - Vector3d(0, 1, 0)).norm(),
            1e-6);
  EXPECT_EQ(frame->upright, ExifOrientation::kRotated90);
}

TEST(StrayScanner, TakesCamerasThatChangeFromFrameToFrame) {
  ProblemList problems;
  const auto rows = parse_odometry(
      "timestamp, frame, x, y, z, qx, qy, qz, qw, fx, fy, cx, cy, distortion_center_x, "
      "distortion_center_y\n"
      "5.0, 000000, 1, 2, 3, 0, 0, 0, 1, 1400.5, 1401, 960, 720, , \n"
      "5.1, 000001, 1, 2, 3, 0, 0, 0, 1, 1402.5, 1401, 960, 720, , \n",
      problems);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].intrinsics->fx, 1400.5);
  EXPECT_EQ(rows[1].intrinsics->fx, 1402.5);
  EXPECT_EQ(rows[1].intrinsics->width, 0);
  EXPECT_TRUE(problems.empty());
}

TEST(StrayScanner, ReadsOldRecordingsWithoutHeaderAndWithNpyDepth) {
  const TestFolder folder;
  if (!write_pictures(folder, 4)) GTEST_SKIP() << "OpenCV has no encoder for mp4 here";
  write_depth_of(folder, 0, "npy");
  for (int i = 1; i < 4; ++i) write_depth_of(folder, i, "npy");
  folder.text("odometry.csv", row(0) + row(1) + row(2) + row(3));
  const auto capture = open_capture(folder.path());
  EXPECT_THAT(capture->problems(), ElementsAre("no camera_matrix.csv"));
  const auto stream = capture->stream({.first = 1});
  const auto frame = stream->next();
  EXPECT_NEAR(frame->prompt.at(0, 0), 1.01, 1e-6);
  EXPECT_EQ(frame->time_s, 101.5);
  EXPECT_FALSE(frame->intrinsics);

  ProblemList problems;
  const auto rows = parse_odometry("7, 1, 2, 3, 0, 0, 0, 1\n8, 4, 5, 6, 0, 0, 0, 1\n", problems);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].frame, 1);
  EXPECT_EQ(rows[1].world_from_camera.translation(), Vector3d(4, 5, 6));
}

TEST(StrayScanner, NamesWhatDiffersAndSkipsIt) {
  const TestFolder folder;
  if (!write_recording(folder, 10)) GTEST_SKIP() << "OpenCV has no encoder for mp4 here";
  write_depth_of(folder, 10);  // The video ends before it.
  for (int i = 1; i < 10; i += 2) {
    std::filesystem::remove(folder.file(fmt::format("depth/{:06}.png", i)));
  }
  std::filesystem::remove(folder.file("confidence/000004.png"));
  folder.text("depth/000006.png", "");
  folder.text("odometry.csv", std::string(kHeader) + row(0) + "1, 2, nan, 0, 0, 0, 0, 0, 1\n" +
                                  "no, 3\n" + row(4) + "1, 6, 0, 0, 0, 0, 0, 0, 0\n" + row(8));
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->size(), 5U);
  EXPECT_THAT(
      capture->problems(),
      ElementsAre("depth maps without confidence: 1, 000004.png",
                  "depth maps without a picture: 1, depth/000010.png",
                  "pictures without depth: 5 of 10",
                  HasSubstr("rows of odometry.csv left out: 3, the first: expected a number"),
                  "frames without a pose: 2, the first: 000002"));
  const auto stream = capture->stream({});
  EXPECT_THAT(names_of(*stream), ElementsAre("000000", "000002", "000004", "000008"));
  EXPECT_THAT(stream->problems(), ElementsAre(HasSubstr("frames skipped: 1, 000006")));
}

TEST(StrayScanner, GivesTheFramesBeforeTheVideoBreaksOff) {
  const TestFolder folder;
  if (!write_recording(folder, 8)) GTEST_SKIP() << "OpenCV has no encoder for mp4 here";
  // The container's index, in front, promises eight pictures; the data of the last are overwritten.
  std::string bytes = read_text_file(folder.file("rgb.mp4"));
  const std::size_t data = bytes.find("mdat");
  const std::size_t index = bytes.find("moov");
  ASSERT_LT(data, index);
  const std::size_t middle = data + (index - data) / 3;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(middle),
            bytes.begin() + static_cast<std::ptrdiff_t>(index - 4), '\0');
  folder.text("rgb.mp4", bytes);
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->size(), 8U);
  const auto stream = capture->stream({});
  EXPECT_LT(names_of(*stream).size(), 8U);
  EXPECT_THAT(stream->problems(), ElementsAre(HasSubstr("frames skipped")));
}

TEST(StrayScanner, GoesWithoutPosesWhenTheOdometryMakesNoSense) {
  const TestFolder folder;
  folder.image("rgb/000000.jpg", picture(0));
  write_depth_of(folder, 0);
  for (const char* text : {"", "timestamp, frame\n1, 2\n"}) {
    folder.text("odometry.csv", text);
    const auto capture = open_capture(folder.path());
    EXPECT_THAT(capture->problems(), ElementsAre(HasSubstr("no poses: "), "no camera_matrix.csv"));
    EXPECT_FALSE(capture->stream({})->next()->world_from_camera);
  }
}

TEST(StrayScanner, RefusesAVideoThatIsNone) {
  const TestFolder folder;
  write_depth_of(folder, 0);
  folder.text("odometry.csv", odometry(1));
  folder.text("rgb.mp4", "");
  EXPECT_THROW(open_capture(folder.path()), Error);
  ProblemList problems;
  EXPECT_THROW(parse_odometry("a, b\n1, 2\n", problems), Error);
  EXPECT_THROW(parse_odometry("", problems), Error);
}

}  // namespace
}  // namespace promptdepth
