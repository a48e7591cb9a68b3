#include "promptdepth/capture/polycam.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::IsEmpty;

/// Stands at (x, 2, 3), ARKit's axes along the world's.
std::string camera(double x) {
  return fmt::format(
      R"({{"fx": 100, "fy": 101, "cx": 64, "cy": 48, "width": 128, "height": 96, "blur_score": 1.5,
           "t_00": 1, "t_01": 0, "t_02": 0, "t_03": {}, "t_10": 0, "t_11": 1, "t_12": 0,
           "t_13": 2, "t_20": 0, "t_21": 0, "t_22": 1, "t_23": 3}})",
      x);
}

void write_keyframe(const TestFolder& folder, std::int64_t time_us,
                    const std::string& prefix = "") {
  const std::string base = fmt::format("keyframes/{}", prefix);
  folder.image(fmt::format("{}images/{}.jpg", base, time_us), ramp_image(128, 96));
  folder.text(fmt::format("{}cameras/{}.json", base, time_us), camera(prefix.empty() ? 1 : 9));
  folder.depth(fmt::format("keyframes/depth/{}.png", time_us), DepthMap(32, 24, 1.5F));
  write_confidence(folder.file(fmt::format("keyframes/confidence/{}.png", time_us)),
                   map_of(32, 24, [](int x, int) {
                     return x < 10 ? 0.0F : x < 20 ? 127.0F : 255.0F;
                   }));
}

TEST(Polycam, TurnsArKitPosesAndGradesConfidence) {
  const TestFolder folder;
  write_keyframe(folder, 5'000'000);
  write_keyframe(folder, 5'500'000);
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "Polycam");
  EXPECT_EQ(capture->size(), 2U);
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto frame = capture->stream({.first = 1})->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->time_s, 5.5);
  EXPECT_EQ(frame->prompt.at(0, 0), 1.5F);
  EXPECT_EQ(frame->confidence.at(0, 0), 0);
  EXPECT_EQ(frame->confidence.at(15, 0), 1);
  EXPECT_EQ(frame->confidence.at(31, 0), 2);
  EXPECT_EQ(frame->intrinsics->fy, 101);
  EXPECT_EQ(frame->upright, ExifOrientation::kUpright);
  EXPECT_EQ(*frame->world_from_camera * Vector3d(0, 0, 1), Vector3d(1, 2, 2));
}

TEST(Polycam, PrefersWhatTheAppHasOptimised) {
  const TestFolder folder;
  write_keyframe(folder, 5'000'000);
  write_keyframe(folder, 5'000'000, "corrected_");
  const auto frame = open_capture(folder.path())->stream({})->next();
  EXPECT_EQ(frame->world_from_camera->translation().x(), 9);
}

TEST(Polycam, NamesWhatIsMissingOrBroken) {
  const TestFolder folder;
  for (const int second : {1, 2, 3, 4}) write_keyframe(folder, 1'000'000 * second);
  std::filesystem::remove(folder.file("keyframes/depth/2000000.png"));
  std::filesystem::remove(folder.file("keyframes/cameras/3000000.json"));
  folder.text("keyframes/cameras/4000000.json", "");
  const auto capture = open_capture(folder.path());
  EXPECT_THAT(capture->problems(), ElementsAre("pictures without depth: 1, 2000000.jpg",
                                               "pictures without a camera: 1, 3000000.jpg",
                                               "broken cameras: 1, keyframes/cameras/4000000.json",
                                               "frames without a pose: 2, the first: 3000000"));
  const auto stream = capture->stream({});
  int count = 0;
  while (stream->next()) ++count;
  EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace promptdepth
