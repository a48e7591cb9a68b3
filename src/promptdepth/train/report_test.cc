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
    record.add(StepRecord{.step = step, .loss = {.total = 1.0 / step}});
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
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_FALSE(std::filesystem::exists(folder / "report.tmp.png"));
}

TEST(Report, CanBeWrittenBeforeTheFirstValidation) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "empty";
  std::filesystem::create_directories(folder);
  const RunRecord record(folder / "metrics.jsonl", 0);
  EXPECT_NO_THROW(write_report(folder / "report.html", {}, record, {}));
}

}  // namespace
}  // namespace promptdepth
