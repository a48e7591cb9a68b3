#include "promptdepth/train/skipped_frames.h"

#include <gmock/gmock.h>

#include "promptdepth/base/log.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SkippedFrames, NamesEachOnceAndCountsThem) {
  std::vector<std::string> log;
  const LogSink before =
      set_log_sink([&](LogLevel, std::string_view message) { log.emplace_back(message); });
  SkippedFrames skipped;
  EXPECT_THAT(skipped.summary(), IsEmpty());
  skipped.add_problem("rooms", "no folder 'x'");
  skipped.add_problem("rooms", "");
  for (int i = 0; i < 3; ++i) skipped.add_frame("rooms", "a/1", "expected depth, found none");
  skipped.add_frame("rooms", "a/2", "damaged");
  skipped.add_frame("streets", "a/1", "damaged");
  set_log_sink(before);
  EXPECT_THAT(log, ElementsAre(HasSubstr("no folder 'x'"), HasSubstr("'a/1': expected depth"),
                               HasSubstr("'a/2': damaged"), HasSubstr("streets")));
  EXPECT_EQ(skipped.frame_count("rooms"), 2U);
  EXPECT_EQ(skipped.frame_count("gardens"), 0U);
  EXPECT_THAT(skipped.summary(), ElementsAre(HasSubstr("'rooms': 2 frames skipped, 2 problems"),
                                             HasSubstr("'streets': 1 frames")));
}

}  // namespace
}  // namespace promptdepth
