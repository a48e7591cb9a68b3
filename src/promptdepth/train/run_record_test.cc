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

TEST(RunRecord, OfANewRunStartsEmpty) {
  const auto path = temporary("old.jsonl");
  { RunRecord(path, 0).add(step_record(1)); }
  EXPECT_TRUE(RunRecord(path, 0).steps().empty());
  EXPECT_EQ(read_text_file(path), "");
}

}  // namespace
}  // namespace promptdepth
