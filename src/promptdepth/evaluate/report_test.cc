#include "promptdepth/evaluate/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/files.h"
#include "promptdepth/evaluate/evaluation.h"
#include "promptdepth/evaluate/test_protocol.h"
#include "promptdepth/image/codec.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Report, IsOnePageWithTablesAndPicturesThatNeedsNoOtherFile) {
  const TemporaryFolder folder;
  const WallsProtocol protocol(3);
  std::vector<Method> methods = baselines_and_oracle();
  methods.front().description = "<b>nearest</b>";
  const Results results = evaluate(protocol, methods, {.folder = folder.path()});
  write_report(folder.path(), protocol, methods, results);

  const std::string html = read_text_file(folder.path() / "report.html");
  for (const auto& [method, unused] : results.methods)
    EXPECT_THAT(html, HasSubstr("<td>" + method));
  for (const char* part : {"best: walls", "median: walls", "worst: walls", "data:image/jpeg;base64",
                           "&lt;b>nearest", "16x32"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  EXPECT_THAT(html, Not(HasSubstr("src='http")));
  EXPECT_THAT(html, Not(HasSubstr("<b>nearest")));

  EXPECT_EQ(read_text_file(folder.path() / "summary.json"), to_json(results));
  EXPECT_EQ(read_text_file(folder.path() / "summary.md"), to_markdown(results));
  EXPECT_EQ(read_image(folder.path() / "pictures" / "half-worst.jpg").image.width, 1280);
}

}  // namespace
}  // namespace promptdepth
