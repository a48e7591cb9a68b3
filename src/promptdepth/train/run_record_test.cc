#include "promptdepth/train/run_record.h"

#include <fstream>

#include <gtest/gtest.h>

#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

std::filesystem::path temporary(const char* name) {
  const auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::filesystem::remove(path);
  return path;
}

StepRecord step_record(std::int64_t step) {
  return {
      .step = step,
      .loss = {.total = 0.5 / static_cast<double>(step), .l1 = 0.1, .gradient = 0.2, .silog = 0.3},
      .prompt_loss = 0.75,
      .learning_rate = 1e-3};
}

TEST(RunRecord, IsReadBackUpToTheCheckpoint) {
  const auto path = temporary("metrics.jsonl");
  {
    RunRecord record(path, 0);
    for (int step = 1; step <= 5; ++step) record.add(step_record(step));
    ValidationRecord validation{.step = 4};
    validation.validation.l1_m = 0.25;
    validation.validation.kinds = {{.kind = "points", .frames = 3}};
    record.add(validation);
  }
  std::ofstream(path, std::ios::app) << R"({"step":6,"lo)";  // Cut off by a kill.
  const RunRecord resumed(path, 4);
  ASSERT_EQ(resumed.steps().size(), 4U);
  EXPECT_EQ(resumed.steps()[3].loss.total, 0.125);
  EXPECT_EQ(resumed.steps()[3].loss.silog, 0.3);
  EXPECT_EQ(resumed.steps()[3].prompt_loss, 0.75);
  ASSERT_EQ(resumed.validations().size(), 1U);
  EXPECT_EQ(resumed.validations()[0].validation.kinds[0].kind, "points");
  const std::string text = read_text_file(path);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
}

TEST(RunRecord, TellsTheShareOfTimeSpentWaiting) {
  const auto path = temporary("waiting.jsonl");
  RunRecord record(path, 0);
  for (int step = 1; step <= 4; ++step) {
    StepRecord one = step_record(step);
    one.seconds = step == 4 ? 1 : 2;
    one.waiting_seconds = step == 4 ? 0.75 : 0.5;
    record.add(one);
  }
  EXPECT_DOUBLE_EQ(pace_of(record.steps()).waiting_share, 2.25 / 7);
  const Pace last = pace_of(record.last_steps(2));
  EXPECT_DOUBLE_EQ(last.waiting_share, 1.25 / 3);
  EXPECT_DOUBLE_EQ(last.seconds_per_step, 1.5);
  EXPECT_DOUBLE_EQ(last.loss, (0.5 / 3 + 0.5 / 4) / 2);
  EXPECT_EQ(record.last_steps(10).size(), 4U);
  EXPECT_EQ(pace_of({}).waiting_share, 0);
  EXPECT_NE(read_text_file(path).find("\"waiting_share\":0.75"), std::string::npos);
}

TEST(RunRecord, OfANewRunStartsEmpty) {
  const auto path = temporary("old.jsonl");
  { RunRecord(path, 0).add(step_record(1)); }
  EXPECT_TRUE(RunRecord(path, 0).steps().empty());
  EXPECT_EQ(read_text_file(path), "");
}

}  // namespace
}  // namespace promptdepth
