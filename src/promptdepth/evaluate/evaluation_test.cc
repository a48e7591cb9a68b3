#include "promptdepth/evaluate/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/evaluate/test_protocol.h"

namespace promptdepth {
namespace {

TEST(Evaluation, ScoresEveryMethodOnEveryCase) {
  const TemporaryFolder folder;
  const Results results =
      evaluate(WallsProtocol(3), baselines_and_oracle(), {.folder = folder.path()});
  EXPECT_EQ(results.rows.size(), 3U * 2 * 6);
  EXPECT_EQ(results.models, std::vector<std::string>{"oracle"});
  for (const char* kind : {"quarter", "half"}) {
    EXPECT_EQ(results.mean(kind, "oracle")[metric_index("l1_m")], 0.0);
    EXPECT_GT(*results.mean(kind, "bilinear")[metric_index("l1_m")], 0.01);
  }
  EXPECT_LT(results.mean("half", "bilinear")[metric_index("l1_m")],
            results.mean("quarter", "bilinear")[metric_index("l1_m")]);
}

TEST(Evaluation, GoesOnWhereItStoppedWithTheSameResult) {
  const TemporaryFolder whole;
  const WallsProtocol protocol(5);
  const std::vector<Method> methods = baselines_and_oracle();
  evaluate(protocol, methods, {.folder = whole.path() / "a"});
  const std::string expected = read_text_file(whole.path() / "a" / "frames.csv");

  // Cut off in the middle of a line, as a kill would.
  evaluate(protocol, methods, {.folder = whole.path() / "b"});
  const auto table = whole.path() / "b" / "frames.csv";
  write_file_atomically(table, std::string_view(expected).substr(0, 2 * expected.size() / 3 + 5));
  protocol.views_made = 0;
  evaluate(protocol, methods, {.folder = whole.path() / "b"});
  EXPECT_EQ(read_text_file(table), expected);
  EXPECT_GT(protocol.views_made, 0);

  protocol.views_made = 0;
  evaluate(protocol, methods, {.folder = whole.path() / "b"});
  EXPECT_EQ(protocol.views_made, 0);  // nothing was left to do
}

TEST(Evaluation, OfMoreFramesTakesOverTheFewerAndTheOtherWayRound) {
  const TemporaryFolder folder;
  const std::vector<Method> methods = baseline_methods();
  const Results two = evaluate(WallsProtocol(2), methods, {.folder = folder.path()});
  const Results four = evaluate(WallsProtocol(4), methods, {.folder = folder.path()});
  EXPECT_EQ(four.rows.size(), 2 * two.rows.size());
  const Results again = evaluate(WallsProtocol(2), methods, {.folder = folder.path()});
  EXPECT_EQ(again.rows.size(), two.rows.size());
  EXPECT_EQ(again.mean("half", "bilinear"), two.mean("half", "bilinear"));
}

TEST(Evaluation, DoesNotDependOnTheNumberOfThreads) {
  const TemporaryFolder folder;
  const int threads = thread_count();
  for (const int count : {1, 4}) {
    set_thread_count(count);
    evaluate(WallsProtocol(6), baseline_methods(),
             {.folder = folder.path() / fmt::to_string(count)});
  }
  set_thread_count(threads);
  EXPECT_EQ(read_text_file(folder.path() / "1" / "frames.csv"),
            read_text_file(folder.path() / "4" / "frames.csv"));
}

TEST(Evaluation, RefusesAFolderOfOtherSettingsUnlessToldToOverwrite) {
  const TemporaryFolder folder;
  evaluate(WallsProtocol(1), baseline_methods(), {.folder = folder.path()});
  try {
    evaluate(WallsProtocol(1), baselines_and_oracle(), {.folder = folder.path()});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("method oracle"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("--overwrite"));
  }
  const Results results = evaluate(WallsProtocol(1), baselines_and_oracle(),
                                   {.folder = folder.path(), .overwrite = true});
  EXPECT_EQ(results.rows.size(), 12U);
}

TEST(Evaluation, RefusesTwoMethodsOfOneName) {
  const TemporaryFolder folder;
  EXPECT_THROW(evaluate(WallsProtocol(1), {oracle(), oracle()}, {.folder = folder.path()}), Error);
}

}  // namespace
}  // namespace promptdepth
