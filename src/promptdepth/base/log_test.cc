#include "promptdepth/base/log.h"

#include <vector>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(Log, DeliversToTheInstalledSinkAndReturnsThePreviousOne) {
  std::vector<std::string> seen;
  LogSink previous = set_log_sink([&](LogLevel level, std::string_view message) {
    EXPECT_EQ(level, LogLevel::kWarning);
    seen.emplace_back(message);
  });
  log_warning("{} holes", 7);
  set_log_sink(std::move(previous));
  log_warning("not seen");
  EXPECT_EQ(seen, std::vector<std::string>{"7 holes"});
}

}  // namespace
}  // namespace promptdepth
