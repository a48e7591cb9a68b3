#include "promptdepth/train/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Report, IsOnePageWithCurvesFiguresAndPictures) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "report";
  std::filesystem::create_directories(folder);
  RunRecord record(folder / "metrics.jsonl", 0);
  for (int step = 1; step <= 1000; ++step) {
    record.add(StepRecord{
        .step = step, .loss = {.total = 1.0 / step}, .seconds = 2, .waiting_seconds = 0.1});
  }
  ValidationRecord validation{.step = 1000};
  validation.validation.l1_m = 0.1;
  validation.validation.bilinear_l1_m = 0.2;
  KindScore score{.kind = "phone LiDAR", .frames = 3};
  score.model.depth.l1_m = 0.1;
  score.bilinear.depth.l1_m = 0.2;
  validation.validation.kinds = {score};
  record.add(validation);
  Recipe recipe;
  recipe.name = "a <b>";
  const Image picture(8, 4);
  write_report(folder / "report.html", recipe, record, std::span(&picture, 1));

  const std::string html = read_text_file(folder / "report.html");
  EXPECT_THAT(html, HasSubstr("a &lt;b>"));
  EXPECT_THAT(html, HasSubstr("<polyline"));
  EXPECT_THAT(html, HasSubstr("phone LiDAR"));
  EXPECT_THAT(html, HasSubstr("data:image/png;base64,iVBORw0KGgo"));  // A PNG's signature.
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, Not(HasSubstr("http:")));
  EXPECT_THAT(html, Not(HasSubstr("https:")));
  EXPECT_THAT(html, HasSubstr("4.0 samples/s per process, 5.0 % of the time spent waiting"));
  EXPECT_FALSE(std::filesystem::exists(folder / "report.tmp.png"));
}

TEST(Report, IsReadAgainByBrowsersUntilTheRunHasEnded) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "again";
  std::filesystem::create_directories(folder);
  Recipe recipe;
  recipe.steps = 2;
  RunRecord record(folder / "metrics.jsonl", 0);
  const auto page_after = [&](int step) {
    record.add(StepRecord{.step = step, .loss = {.total = 1}});
    write_report(folder / "report.html", recipe, record, {});
    return read_text_file(folder / "report.html");
  };
  EXPECT_THAT(page_after(1), HasSubstr("http-equiv='refresh'"));
  EXPECT_THAT(page_after(2), Not(HasSubstr("http-equiv='refresh'")));
}

TEST(Report, CanBeWrittenBeforeTheFirstValidation) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "empty";
  std::filesystem::create_directories(folder);
  const RunRecord record(folder / "metrics.jsonl", 0);
  EXPECT_NO_THROW(write_report(folder / "report.html", {}, record, {}));
}

}  // namespace
}  // namespace promptdepth
