#include "promptdepth/recording/depth_recording.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/random.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/recording/capture_for_test.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr Temporal kAll[] = {Temporal::kOff, Temporal::kRange, Temporal::kMotion,
                             Temporal::kVolume};

class DepthRecording : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { estimator_ = new Estimator(Estimator::load_default({})); }
  static void TearDownTestSuite() {
    delete estimator_;
    estimator_ = nullptr;
  }

  DepthRecordingSummary run(const Capture& capture, const fs::path& folder,
                            DepthRecordingOptions options = {}) {
    options.video = false;
    return make_depth_recording(capture, *estimator_, options, folder);
  }

  static Estimator* estimator_;
  fs::path folder_ = folder_for_test();
};

Estimator* DepthRecording::estimator_ = nullptr;

std::map<std::string, std::vector<std::byte>> contents(const fs::path& folder) {
  std::map<std::string, std::vector<std::byte>> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = read_file(entry.path());
  }
  return files;
}

/// Frames of the wall whose prompts have noise of 1 % and, in every fifth, a pixel that flies.
std::vector<Frame> flickering_wall(int count) {
  std::vector<Frame> frames = frames_of_a_wall(count);
  for (int i = 0; i < count; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    DepthMap& prompt = frames[static_cast<std::size_t>(i)].prompt;
    for (float& value : prompt.values) value *= 1.0F + 0.01F * random.normal();
    if (i % 5 == 2) prompt.at(3, 3) = 9.0F;
  }
  return frames;
}

TEST_F(DepthRecording, GivesEveryFrameADepthMapAsLargeAsItsPicture) {
  const CaptureForTest capture(frames_of_a_wall(4));
  for (const Temporal temporal : kAll) {
    const fs::path folder = folder_ / name_of(temporal);
    const DepthRecordingSummary summary = run(capture, folder, {.temporal = temporal});
    EXPECT_EQ(summary.frames, 4U);
    EXPECT_TRUE(summary.problems.empty());
    const DepthMap depth = read_depth(depth_file(folder, "frame-002", "png"));
    ASSERT_EQ(depth.width, kTestWidth);
    ASSERT_EQ(depth.height, kTestHeight);
    EXPECT_NEAR(depth.at(16, 24), 1.75, 0.1) << name_of(temporal);
    EXPECT_NEAR(depth.at(48, 24), 2.25, 0.1) << name_of(temporal);
  }
}

TEST_F(DepthRecording, DepthLiesAsThePictureWasStored) {
  CaptureForTest upright(frames_of_a_wall(1));
  std::vector<Frame> lying = frames_of_a_wall(1);
  lying[0].image = apply_orientation(lying[0].image, ExifOrientation::kRotated270);
  lying[0].prompt = apply_orientation(lying[0].prompt, ExifOrientation::kRotated270);
  lying[0].upright = ExifOrientation::kRotated90;
  run(upright, folder_ / "upright", {.temporal = Temporal::kOff});
  run(CaptureForTest(lying), folder_ / "lying", {.temporal = Temporal::kOff});
  const DepthMap expected = read_depth(depth_file(folder_ / "upright", "frame-000", "png"));
  const DepthMap found = read_depth(depth_file(folder_ / "lying", "frame-000", "png"));
  EXPECT_EQ(apply_orientation(found, ExifOrientation::kRotated90).values, expected.values);
}

TEST_F(DepthRecording, GoesOnWhereItWasStoppedAndEndsTheSame) {
  const CaptureForTest capture(flickering_wall(8));
  for (const Temporal temporal : kAll) {
    const fs::path folder = folder_ / name_of(temporal);
    run(capture, folder, {.temporal = temporal});
    const auto whole = contents(folder / "depth");
    for (const char* missing : {"frame-003", "frame-006", "frame-007"}) {
      fs::remove(depth_file(folder, missing, "png"));
    }
    const DepthRecordingSummary summary = run(capture, folder, {.temporal = temporal});
    EXPECT_EQ(summary.frames, 8U);
    EXPECT_EQ(summary.earlier, 5U);
    EXPECT_EQ(contents(folder / "depth"), whole) << name_of(temporal);
  }
}

TEST_F(DepthRecording, TakesEveryNthFrameOfARange) {
  const CaptureForTest capture(frames_of_a_wall(10));
  const DepthRecordingSummary summary =
      run(capture, folder_ / "out", {.frames = {.first = 2, .last = 9, .step = 3}});
  EXPECT_EQ(summary.frames, 3U);
  EXPECT_EQ(contents(folder_ / "out" / "depth").size(), 3U);
  EXPECT_TRUE(fs::exists(depth_file(folder_ / "out", "frame-005", "png")));
}

TEST_F(DepthRecording, FramesWithoutAMeasurementAreLeftOutAndNamed) {
  CaptureForTest capture(frames_of_a_wall(3));
  capture.frames()[1].prompt = DepthMap(16, 12);
  const DepthRecordingSummary summary = run(capture, folder_ / "out");
  EXPECT_EQ(summary.frames, 2U);
  ASSERT_EQ(summary.problems.size(), 1U);
  EXPECT_THAT(summary.problems[0], HasSubstr("frame-001"));
}

TEST_F(DepthRecording, RefusesAFolderOfOtherSettingsUnlessToldToStartAnew) {
  const CaptureForTest capture(frames_of_a_wall(2));
  run(capture, folder_ / "out");
  try {
    run(capture, folder_ / "out", {.temporal = Temporal::kOff});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_THAT(error.what(), HasSubstr("expected temporal = \"off\", found \"range\""));
  }
  EXPECT_EQ(run(capture, folder_ / "out", {.temporal = Temporal::kOff, .overwrite = true}).earlier,
            0U);
}

TEST_F(DepthRecording, MotionAndVolumeNeedPoses) {
  CaptureForTest capture(frames_of_a_wall(2));
  capture.frames()[0].world_from_camera.reset();
  EXPECT_THROW(run(capture, folder_ / "motion", {.temporal = Temporal::kMotion}), Error);
  EXPECT_THROW(run(capture, folder_ / "volume", {.temporal = Temporal::kVolume}), Error);
  EXPECT_FALSE(fs::exists(folder_ / "motion"));
  EXPECT_EQ(run(capture, folder_ / "range", {.temporal = Temporal::kRange}).frames, 2U);
}

/// Mean change of a pixel from one frame to the next; the camera stands still.
double flicker(const fs::path& folder, int count) {
  double sum = 0;
  DepthMap before;
  for (int i = 0; i < count; ++i) {
    DepthMap now = read_depth(depth_file(folder, fmt::format("frame-{:03}", i), "png"));
    for (std::size_t k = 0; k < before.values.size(); ++k)
      sum += std::abs(now.values[k] - before.values[k]);
    before = std::move(now);
  }
  return sum / (count - 1) / (kTestWidth * kTestHeight);
}

TEST_F(DepthRecording, MotionAndVolumeAtLeastHalveTheFlicker) {
  constexpr int kFrames = 12;
  const CaptureForTest capture(flickering_wall(kFrames));
  std::map<Temporal, double> flickers;
  for (const Temporal temporal : kAll) {
    const fs::path folder = folder_ / name_of(temporal);
    run(capture, folder, {.temporal = temporal});
    flickers[temporal] = flicker(folder, kFrames);
  }
  EXPECT_LT(flickers[Temporal::kRange], flickers[Temporal::kOff]);
  EXPECT_LT(flickers[Temporal::kMotion], 0.5 * flickers[Temporal::kOff]);
  EXPECT_LT(flickers[Temporal::kVolume], 0.5 * flickers[Temporal::kOff]);
}

TEST_F(DepthRecording, AFullOrForbiddenFolderIsAnErrorNotALoss) {
  const CaptureForTest capture(frames_of_a_wall(2));
  write_file_atomically(folder_ / "file", std::string_view("no folder"));
  EXPECT_THROW(run(capture, folder_ / "file" / "out"), Error);
}

TEST(TemporalNames, AreReadAsTheyAreWritten) {
  for (const Temporal temporal : kAll) EXPECT_EQ(temporal_from_name(name_of(temporal)), temporal);
  EXPECT_THROW(temporal_from_name("always"), Error);
}

}  // namespace
}  // namespace promptdepth
