#include "promptdepth/capture/recording.h"

#include <array>
#include <numbers>

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::HasSubstr;

/// `count` frames that share their files.
Recording recording_of(const TestFolder& folder, int count) {
  folder.image("image.png", ramp_image(16, 12));
  folder.depth("depth.png", DepthMap(8, 6, 1.5F));
  folder.depth("confidence.png",
               map_of(8, 6, [](int x, int) { return x < 3 ? 0.0F : (x < 6 ? 0.127F : 0.255F); }));
  Recording recording{.format = "made up", .folder = folder.path()};
  for (int i = 0; i < count; ++i) {
    recording.frames.push_back({.name = std::to_string(i),
                                .image = "image.png",
                                .depth = "depth.png",
                                .confidence = "confidence.png"});
  }
  return recording;
}

std::vector<std::string> names_of(FrameStream& stream) {
  std::vector<std::string> names;
  while (const auto frame = stream.next()) names.push_back(frame->name);
  return names;
}

TEST(Recording, GivesEveryNthFrameOfARange) {
  const TestFolder folder;
  const auto capture = capture_of(recording_of(folder, 10));
  EXPECT_THAT(names_of(*capture->stream({.first = 2, .last = 9, .step = 3})),
              testing::ElementsAre("2", "5", "8"));
  EXPECT_THAT(names_of(*capture->stream({.first = 9})), testing::ElementsAre("9"));
  const auto far = std::numeric_limits<std::size_t>::max();
  EXPECT_THAT(names_of(*capture->stream({.first = 1, .last = far, .step = far})),
              testing::ElementsAre("1"));
  EXPECT_THROW(capture->stream({.first = 10}), Error);
  EXPECT_THROW(capture->stream({.first = 3, .last = 3}), Error);
  EXPECT_THROW(capture->stream({.step = 0}), Error);
}

TEST(Recording, WithoutFramesIsRefused) {
  const TestFolder folder;
  EXPECT_THROW(capture_of(recording_of(folder, 0)), Error);
}

TEST(Recording, CountsConfidenceInLevels) {
  const TestFolder folder;
  Recording recording = recording_of(folder, 1);
  recording.confidence_per_level = 127;
  const auto frame = capture_of(std::move(recording))->stream({})->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->confidence.at(0, 0), 0);
  EXPECT_EQ(frame->confidence.at(4, 0), 1);
  EXPECT_EQ(frame->confidence.at(7, 5), 2);
}

TEST(Recording, WithoutPicturesStillKnowsTheirCamera) {
  const TestFolder folder;
  Recording recording = recording_of(folder, 2);
  recording.intrinsics = Intrinsics{.fx = 20, .fy = 20, .cx = 8, .cy = 6};
  recording.frames[1].intrinsics = Intrinsics{20, 20, 8, 6, 32, 24};
  const auto capture = capture_of(std::move(recording));
  const auto stream = capture->stream({}, FrameParts::kWithoutImage);
  const auto frame = stream->next();
  EXPECT_TRUE(frame->image.empty());
  EXPECT_EQ(frame->prompt.at(0, 0), 1.5F);
  EXPECT_EQ(frame->intrinsics->width, 16);
  EXPECT_EQ(frame->intrinsics->fx, 20);
  EXPECT_EQ(stream->next()->intrinsics->fx, 10);
}

TEST(Recording, LeavesPicturesAsTheyLieAndSaysHowToTurnThem) {
  // The world's sky seen at each side of the picture: x right, y down.
  using enum ExifOrientation;
  const std::array turns = {kUpright, kRotated90, kRotated180, kRotated270};
  for (std::size_t quarter = 0; quarter < 4; ++quarter) {
    std::vector<FrameRecord> frames(1);
    // Turned about its axis, a camera sees the sky, at first above, move the other way round.
    const double angle = 0.5 * std::numbers::pi * static_cast<double>(quarter);
    frames[0].world_from_camera =
        Eigen::Isometry3d(Eigen::AngleAxisd(angle + 0.3, Eigen::Vector3d::UnitZ()) *
                          Eigen::AngleAxisd(0.1, Eigen::Vector3d::UnitX()));
    EXPECT_EQ(upright_by_gravity(frames, {0, -1, 0}), turns[quarter]) << quarter;
  }
  EXPECT_EQ(upright_by_gravity({FrameRecord{}}, {0, 1, 0}), kUpright);

  const TestFolder folder;
  Recording recording = recording_of(folder, 1);
  recording.upright = kRotated90;
  const auto frame = capture_of(std::move(recording))->stream({})->next();
  EXPECT_EQ(frame->upright, kRotated90);
  EXPECT_EQ(frame->image.width, 16);
}

TEST(Recording, SkipsAndCountsWhatDoesNotFit) {
  const TestFolder folder;
  Recording recording = recording_of(folder, 5);
  folder.depth("tall.png", DepthMap(6, 8, 1));
  recording.frames[1].depth = "tall.png";
  recording.frames[2].confidence = "tall.png";
  recording.frames[3].camera = "none.json";
  const auto capture = capture_of(std::move(recording));
  const auto stream = capture->stream({});
  EXPECT_THAT(names_of(*stream), testing::ElementsAre("0", "3", "4"));
  EXPECT_THAT(stream->problems(),
              testing::ElementsAre(HasSubstr("frames skipped: 2, the first: 1: "),
                                   HasSubstr("frames whose camera cannot be read: 1, 3: ")));
}

TEST(Recording, StreamsTenThousandFrames) {
  const TestFolder folder;
  const auto capture = capture_of(recording_of(folder, 10'000));
  const auto stream = capture->stream({}, FrameParts::kWithoutImage);
  EXPECT_EQ(names_of(*stream).size(), 10'000U);
}

}  // namespace
}  // namespace promptdepth
