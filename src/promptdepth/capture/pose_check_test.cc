#include "promptdepth/capture/pose_check.h"

#include <functional>

#include <gtest/gtest.h>

#include "promptdepth/capture/box_room_for_test.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

using Eigen::Isometry3d;

PoseCheckResult check(const std::function<void(Frame&)>& change) {
  PoseCheck check;
  for (int i = 0; i < 60; ++i) {
    Frame frame = box_room_frame(i);
    change(frame);
    check.add(frame);
  }
  return check.result();
}

TEST(PoseCheck, FindsThatRightPosesAgree) {
  const PoseCheckResult result = check([](Frame&) {});
  EXPECT_EQ(result.verdict, PoseVerdict::kAgree);
  EXPECT_GT(result.disagreement.pairs, 100U);
  // What is left is the rounding to whole pixels on slanted walls.
  EXPECT_LT(result.disagreement.median_m, 0.01);
  EXPECT_FALSE(result.better_reading);
}

TEST(PoseCheck, NamesTheReadingThatPosesWereMeantIn) {
  const PoseCheckResult opengl = check(
      [](Frame& frame) { frame.world_from_camera = from_opengl_camera(*frame.world_from_camera); });
  EXPECT_EQ(opengl.verdict, PoseVerdict::kDisagree);
  EXPECT_EQ(opengl.better_reading, PoseReading::kOpenGl);
  EXPECT_LT(opengl.better.median_m, 0.01);
  EXPECT_GT(opengl.disagreement.median_m, 0.05);

  const PoseCheckResult inverse =
      check([](Frame& frame) { frame.world_from_camera = frame.world_from_camera->inverse(); });
  EXPECT_EQ(inverse.verdict, PoseVerdict::kDisagree);
  EXPECT_EQ(inverse.better_reading, PoseReading::kInverse);

  const PoseCheckResult both = check([](Frame& frame) {
    frame.world_from_camera = from_opengl_camera(*frame.world_from_camera).inverse();
  });
  EXPECT_EQ(both.better_reading, PoseReading::kInverseOfOpenGl);
}

TEST(PoseCheck, FindsAWrongUnitAndAWrongFocalLength) {
  const PoseCheckResult unit = check([](Frame& frame) {
    for (float& z : frame.prompt.values) z *= 1.5F;
  });
  EXPECT_NE(unit.verdict, PoseVerdict::kAgree);
  const PoseCheckResult focal = check([](Frame& frame) { frame.intrinsics->fx *= 1.6; });
  EXPECT_NE(focal.verdict, PoseVerdict::kAgree);
}

TEST(PoseCheck, TrustsWhatIsConfident) {
  const auto spoil = [](Frame& frame) {
    frame.confidence = DepthMap(64, 48, 2);
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 40; ++x) {
        frame.prompt.at(x, y) = 0.7F;
        frame.confidence.at(x, y) = 1;
      }
    }
  };
  EXPECT_EQ(check(spoil).verdict, PoseVerdict::kAgree);
}

TEST(PoseCheck, DoesNotKnowWithoutPosesOrMovement) {
  EXPECT_EQ(check([](Frame& frame) { frame.world_from_camera.reset(); }).verdict,
            PoseVerdict::kNotKnown);
  EXPECT_EQ(check([](Frame& frame) { frame.intrinsics.reset(); }).verdict, PoseVerdict::kNotKnown);
  EXPECT_EQ(check([](Frame& frame) { frame.world_from_camera = Isometry3d::Identity(); }).verdict,
            PoseVerdict::kNotKnown);
  EXPECT_EQ(PoseCheck().result().verdict, PoseVerdict::kNotKnown);
}

}  // namespace
}  // namespace promptdepth
