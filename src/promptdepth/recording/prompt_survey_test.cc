#include "promptdepth/recording/prompt_survey.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/recording/capture_for_test.h"

namespace promptdepth {
namespace {

TEST(TrustedPrompt, LeavesOutWhatIsUncertainOrNoMeasurement) {
  Frame frame{.prompt = DepthMap(3, 1), .confidence = DepthMap(3, 1)};
  frame.prompt.values = {1.0F, 2.0F, -3.0F};
  frame.confidence.values = {0.0F, 1.0F, 2.0F};
  EXPECT_EQ(trusted_prompt(frame, 1, {}).values, (std::vector<float>{0.0F, 2.0F, 0.0F}));
}

TEST(PromptSurvey, TellsRangesRateAndColours) {
  const CaptureForTest capture(frames_of_a_wall(20));
  const PromptSurvey survey = survey_prompts(capture, {});
  EXPECT_EQ(survey.ranges.size(), 20U);
  EXPECT_NEAR(survey.ranges.at("frame-007").min_m, 1.5, 1e-5);
  EXPECT_NEAR(survey.ranges.at("frame-007").max_m, 2.5, 1e-5);
  EXPECT_NEAR(survey.frames_per_second, 10, 1e-6);
  EXPECT_NEAR(survey.colors.min_m, 1.5, 0.1);
  EXPECT_NEAR(survey.colors.max_m, 2.5, 0.1);
  EXPECT_TRUE(survey.has_poses);
}

TEST(PromptSurvey, EveryThirdFrameComesThirdAsOften) {
  CaptureForTest capture(frames_of_a_wall(20));
  EXPECT_NEAR(survey_prompts(capture, {.frames = {.step = 3}}).frames_per_second, 10.0 / 3, 1e-6);
  for (Frame& frame : capture.frames()) frame.time_s.reset();
  EXPECT_NEAR(survey_prompts(capture, {.frames = {.step = 3}}).frames_per_second, 10, 1e-6);
}

TEST(PromptSurvey, LeavesOutFramesWithoutAMeasurement) {
  CaptureForTest capture(frames_of_a_wall(3));
  capture.frames()[1].prompt = DepthMap(16, 12);
  EXPECT_EQ(survey_prompts(capture, {}).ranges.count("frame-001"), 0U);
  for (Frame& frame : capture.frames()) frame.prompt = DepthMap(16, 12);
  EXPECT_THROW(survey_prompts(capture, {}), Error);
}

TEST(PromptSurvey, AMissingPoseIsNoticed) {
  CaptureForTest capture(frames_of_a_wall(3));
  capture.frames()[2].world_from_camera.reset();
  EXPECT_FALSE(survey_prompts(capture, {}).has_poses);
}

}  // namespace
}  // namespace promptdepth
